/**
 * Reads a flat file as a stream. Where a record or group of it is expected, each is a message as soon as it was read, and what
 * stands around them is checked only; else the file is one message. A record's place in the file is carried as `flat.record`.
 */
import { derive, type Message, type Part, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { type FlatSchema, isFlatSchema } from '../../schemas/flat-file/flat-schema.ts';
import type { FlatLayout } from '../../schemas/flat-file/layout.ts';
import { FlatReader, type Item } from '../../schemas/flat-file/read-file.ts';
import { candidates } from '../candidates.ts';
import { FLAT_RECORD } from '../flat-record.ts';
import { recordable } from '../recordable.ts';
import { typed } from '../typed.ts';

interface Config {
  readonly recoverable?: boolean;
  readonly verify?: boolean;
  readonly carry?: Readonly<Record<string, string>>;
}

export const flatDisassemble: PipelineComponent<Config> = {
  name: 'flat-disassemble',
  summary:
    'Reads a flat file by its layout: one message for each record or group that is expected, or one for the file.',
  stages: ['disassemble'],
  config: recordable('', {
    verify: {
      type: 'boolean',
      default: false,
      description: 'Reads the whole file once before, with its totals, and publishes nothing of one that is wrong',
    },
    carry: {
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1 },
      description: 'Properties that records get from the headers around them: property name to record.field',
    },
  }),
  async *execute(message, config, context) {
    const schemas = candidates(message, context, 'flat').filter(isFlatSchema);
    const [first] = schemas;
    if (!first) throw busError('MESSAGE_TYPE_UNDECIDED', { format: 'flat' });
    const layout = first.layout;
    const expected = schemas.filter((schema) => schema.layout === layout);
    if (message.context.has(FLAT_RECORD)) return yield alone(message, expected, await bytesIn(message.parts[0]));
    if (config.verify) for await (const item of itemsOf(message.parts[0], layout, expected)) whole(item);
    for await (const item of itemsOf(message.parts[0], layout, expected)) {
      const made = messageOf(item, message, expected, config.carry ?? {}, context);
      if ('then' in made) await made;
      else yield made;
    }
  },
};

async function* itemsOf(part: Part, layout: FlatLayout, expected: readonly FlatSchema[]): AsyncGenerator<Item> {
  const reader = new FlatReader(layout, new Set(expected.map(({ node }) => node)));
  for await (const chunk of part.open()) yield* reader.push(chunk);
  yield* reader.end();
}

function whole({ value }: Item): void {
  if (isBusError(value)) throw value;
}

/** A record that was suspended by itself comes again as what it is alone. */
function alone(message: Message, expected: readonly FlatSchema[], bytes: Uint8Array): Message {
  const named = message.context.get(FLAT_RECORD)?.value;
  const kind = String(named).split('#')[0];
  const schema = expected.find(({ node }) => node.name === kind) ?? expected[0]!;
  return typed(message, schema, schema.read(bytes));
}

async function bytesIn(part: Part): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of part.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A record that cannot be read is awaited until the others may go on without it. */
function messageOf(
  item: Item,
  message: Message,
  expected: readonly FlatSchema[],
  carry: Readonly<Record<string, string>>,
  context: PipelineContext,
): Message | Promise<void> {
  const schema = expected.find(({ node }) => node === item.node)!;
  if (schema.node === schema.layout.root) {
    whole(item);
    return typed(message, schema, item.value);
  }
  const came = () => partOf(rawOf(item, schema), message.parts[0].contentType);
  const placed = withProperties(message.context, [
    [FLAT_RECORD, { value: `${item.node.name}#${item.number}`, promoted: false }],
    ...carried(item, carry),
  ]);
  const id = context.newId();
  if (isBusError(item.value)) {
    if (!context.records) throw item.value;
    return context.records.failed(derive(message, { id, parts: [came()], context: placed }), item.value);
  }
  const made = typed(derive(message, { id, parts: [came()], context: placed }), schema, item.value);
  context.records?.came(made, came);
  return made;
}

/** As it lay in the file; under its headings, where it has some. */
function rawOf({ raw, value }: Item, schema: FlatSchema): Uint8Array {
  const { node, layout } = schema;
  if (node.kind === 'record' && node.headings && !isBusError(value)) return Buffer.from(schema.write(value));
  return Buffer.concat(raw.map((piece) => (typeof piece === 'string' ? layout.encoding.encode(piece)! : piece)));
}

function* carried(
  { around }: Item,
  carry: Readonly<Record<string, string>>,
): Generator<[string, { value: string | number | boolean; promoted: boolean }]> {
  for (const [property, path] of Object.entries(carry)) {
    const value = path
      .split('.')
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], around);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      yield [property, { value, promoted: true }];
  }
}
