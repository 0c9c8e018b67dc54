/** Writes the body in base64, as a stream; in lines where they are asked for. */
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { recoded } from '../packing/through.ts';

interface Config {
  readonly lines?: boolean;
}

/** Characters of a line, as MIME has them, and the bytes that make them. */
const LINE = 57;

export const base64Encode: PipelineComponent<Config> = {
  name: 'base64-encode',
  summary: 'Writes the body in base64.',
  stages: ['encode'],
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      lines: { type: 'boolean', default: false, description: 'Whether a line break stands after each 76 characters' },
    },
  },
  async execute(message, { lines = false }) {
    return recoded(message, 'text/plain; charset=us-ascii', (bytes) => encode(bytes, lines));
  },
};

async function* encode(bytes: AsyncIterable<Uint8Array>, lines: boolean): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of bytes) {
    const all = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = all.byteLength - (all.byteLength % (lines ? LINE : 3));
    if (whole > 0) yield written(all.subarray(0, whole), lines);
    rest = all.slice(whole);
  }
  if (rest.byteLength > 0) yield written(rest, lines);
}

function written(bytes: Uint8Array, lines: boolean): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return Buffer.from(lines ? text.replace(/.{1,76}/g, '$&\r\n') : text);
}
