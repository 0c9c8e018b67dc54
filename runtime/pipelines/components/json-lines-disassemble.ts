/** Splits a file of one JSON document a line into messages, as a stream. Blank lines are passed over. */
import type { Message, Part } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { busError } from '../../errors/bus-error.ts';
import { isRecord } from '../record-number.ts';
import { recordable } from '../recordable.ts';
import { recordsOf, type SplitRecord } from '../records-of.ts';
import { jsonDisassemble, readJsonMessage } from './json-disassemble.ts';

/** Characters in a line at most. */
const LONGEST = 16 * 1024 * 1024;

interface Config {
  readonly recoverable?: boolean;
}

export const jsonLinesDisassemble: PipelineComponent<Config> = {
  name: 'json-lines-disassemble',
  summary: 'Splits a file of one JSON document a line into messages, and promotes the properties of each.',
  stages: ['disassemble'],
  config: recordable(''),
  execute(message: Message, _config, context) {
    if (isRecord(message.context)) return jsonDisassemble.execute(message, {}, context);
    return recordsOf(
      lines(message.parts[0]),
      message,
      (record, bytes) => readJsonMessage(record, bytes, context),
      context,
    );
  },
};

async function* lines(part: Part): AsyncGenerator<SplitRecord> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let count = 0;
  const record = (line: string): SplitRecord[] => {
    if (line.trim() === '') return [];
    count += 1;
    return [{ bytes: Buffer.from(line), carried: {} }];
  };
  for await (const chunk of part.open()) {
    const all = (rest + decoded(decoder, chunk)).split('\n');
    rest = all.pop()!;
    for (const line of all) yield* record(line);
    if (rest.length > LONGEST) throw busError('RECORD_TOO_LONG', { record: count + 1, limit: LONGEST });
  }
  yield* record(rest + decoded(decoder));
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding: 'utf-8' });
  }
}
