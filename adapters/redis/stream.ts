/** A stream as a source: a consumer of its own in a group; what others have left idle is taken over. */
import type { AdapterContext, Incoming } from '../../runtime/contracts/adapter.ts';
import { type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { defaults, milliseconds, type RedisReceiveConfig } from './config.ts';
import type { Connection } from './connection.ts';
import type { Source, Taken } from './source.ts';

/** How long (ms) one question waits for new entries. */
const BLOCK = 500;

type Entry = readonly [id: Buffer, fields: readonly Buffer[] | null];

export async function openStream(
  connection: Connection,
  config: RedisReceiveConfig,
  context: AdapterContext,
): Promise<Source> {
  const options = { ...defaults, ...config };
  const { group, count, field } = options;
  const stream = config.stream!;
  const consumer = `${context.name}-${context.newId()}`;
  const { call } = connection;
  await makeGroup();

  async function makeGroup(): Promise<void> {
    try {
      await call('XGROUP', 'CREATE', stream, group, options.from === 'now' ? '$' : '0', 'MKSTREAM');
    } catch (thrown) {
      if (!isBusError(thrown) || !/BUSYGROUP/.test(thrown.message)) throw thrown;
    }
  }

  async function next(): Promise<Taken[]> {
    const claimed = (await call(
      'XAUTOCLAIM',
      stream,
      group,
      consumer,
      milliseconds(options.idle),
      '0-0',
      'COUNT',
      count,
    )) as [Buffer, readonly (Entry | null)[]];
    const idle = claimed[1].filter((entry): entry is Entry => entry !== null);
    if (idle.length > 0) return idle.map(toTaken);
    const read = await call(
      ...(['XREADGROUP', 'GROUP', group, consumer, 'COUNT', count, 'BLOCK', BLOCK, 'STREAMS', stream, '>'] as const),
    );
    return entriesIn(read).map(toTaken);
  }

  /** An entry that was trimmed away has no fields any more. */
  function toTaken([id, fields]: Entry): Taken {
    const key = id.toString();
    const values = new Map<string, Buffer>();
    for (let at = 0; at + 1 < (fields?.length ?? 0); at += 2) values.set(fields![at]!.toString(), fields![at + 1]!);
    const properties: [string, Property][] = [...values]
      .filter(([name]) => name !== field)
      .map(([name, value]) => [`redis.field.${name}`, { value: value.toString(), promoted: false }]);
    const incoming: Incoming = {
      parts: [partOf(values.get(field) ?? Buffer.alloc(0), options.contentType)],
      context: new Map([
        [BUS.sourceName, { value: stream, promoted: false }],
        ['redis.id', { value: key, promoted: false }],
        ...properties,
      ]),
      key: `${stream} ${key}`,
    };
    return { incoming, done: () => acknowledge(key) };
  }

  async function acknowledge(id: string): Promise<void> {
    await call('XACK', stream, group, id);
    if (options.delete) await call('XDEL', stream, id);
  }

  /** What it still holds stays under its name, for whoever claims what is idle. */
  async function leave(): Promise<void> {
    const pending = (await call('XPENDING', stream, group, '-', '+', 1, consumer)) as readonly unknown[];
    if (pending.length === 0) await call('XGROUP', 'DELCONSUMER', stream, group, consumer);
  }

  return { next, leave };
}

/** A list of streams with their entries; in version 3 of the protocol a map, which the client gives as one flat list. */
function entriesIn(read: unknown): readonly Entry[] {
  if (!Array.isArray(read)) return [];
  const [first, second] = read as readonly unknown[];
  return (Array.isArray(first) ? first[1] : second) as readonly Entry[];
}
