/** Turns text of a legacy charset into UTF-8, before a component that reads only Unicode. */
import { bytesOf, derive, partOf } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { busError } from '../../errors/bus-error.ts';

export interface DecodeCharsetOptions {
  readonly charset: string;
}

export const decodeCharset: PipelineComponent<DecodeCharsetOptions> = {
  name: 'decode-charset',
  summary: 'Turns the body from a legacy charset such as windows-1252 into UTF-8.',
  stages: ['decode'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['charset'],
    properties: {
      charset: { type: 'string', description: 'The charset of what arrives, such as windows-1252 or iso-8859-15.' },
    },
  },
  check: ({ charset }) =>
    decoderOf(charset) ? [] : [{ code: 'CHARSET_UNKNOWN', severity: 'error', path: 'charset', ...about(charset) }],
  async execute(message, { charset }) {
    const decoder = decoderOf(charset);
    if (!decoder) throw busError('CHARSET_UNKNOWN', { charset });
    const text = decode(decoder, await bytesOf(message.parts[0]));
    const body = partOf(Buffer.from(text), message.parts[0].contentType.replace(/charset=[^;]*/i, 'charset=utf-8'));
    return derive(message, { parts: [{ ...body, name: message.parts[0].name }, ...message.parts.slice(1)] });
  },
};

function about(charset: string): { message: string; help: string } {
  const { message, help } = busError('CHARSET_UNKNOWN', { charset });
  return { message, help };
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding: decoder.encoding });
  }
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined; // A RangeError: no such charset.
  }
}
