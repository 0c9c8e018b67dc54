/** Turns a body in base64 (or its form for URLs) into its bytes, as a stream; white space and line breaks are passed over. */
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { busError } from '../../errors/bus-error.ts';
import { noOptions } from '../no-options.ts';
import { recoded } from '../packing/through.ts';

export const base64Decode: PipelineComponent = {
  name: 'base64-decode',
  summary: 'Turns a body in base64 into its bytes.',
  stages: ['decode'],
  config: noOptions,
  async execute(message) {
    return recoded(message, 'application/octet-stream', decode);
  },
};

const WRONG = /[^A-Za-z0-9+/_=\s-]/;

async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = '';
  let padding = '';
  let offset = 0;
  for await (const chunk of bytes) {
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const wrong = WRONG.exec(text);
    if (wrong) throw broken(`there is ${JSON.stringify(wrong[0])} at byte ${offset + wrong.index}`);
    offset += text.length;
    const [, digits = '', pad = ''] = /^([^=]*)(.*)$/.exec(text.replace(/\s/g, ''))!;
    if ((padding !== '' && digits !== '') || !/^=*$/.test(pad)) throw broken('there is more behind its end');
    padding += pad;
    const all = rest + digits;
    const whole = all.length - (all.length % 4);
    if (whole > 0) yield Buffer.from(all.slice(0, whole), 'base64');
    rest = all.slice(whole);
  }
  if (rest.length === 1 || padding.length > 2) throw broken('it ends in the middle of a byte');
  if (rest !== '') yield Buffer.from(rest, 'base64');
}

const broken = (reason: string) => busError('PACKING_BROKEN', { format: 'base64', reason });
