/** Unpacks a body that came packed with gzip, as a stream. */
import { createGunzip } from 'node:zlib';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { limited, MOST, maxBytes } from '../packing/limited.ts';
import { recoded, through } from '../packing/through.ts';

interface Config {
  readonly maxBytes?: number;
}

export const gunzip: PipelineComponent<Config> = {
  name: 'gunzip',
  summary: 'Unpacks a body that came packed with gzip.',
  stages: ['decode'],
  config: { type: 'object', additionalProperties: false, properties: { maxBytes } },
  async execute(message, { maxBytes: most = MOST }) {
    return recoded(message, 'application/octet-stream', (bytes) =>
      limited('gzip', through('gzip', bytes, createGunzip()), most),
    );
  },
};
