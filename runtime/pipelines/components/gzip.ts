/** Packs the body with gzip, as a stream. */
import { createGzip } from 'node:zlib';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { noOptions } from '../no-options.ts';
import { recoded, through } from '../packing/through.ts';

export const gzip: PipelineComponent = {
  name: 'gzip',
  summary: 'Packs the body with gzip.',
  stages: ['encode'],
  config: noOptions,
  async execute(message) {
    return recoded(message, 'application/gzip', (bytes) => through('gzip', bytes, createGzip()));
  },
};
