/** A body that is changed byte by byte on its way: as a stream, opened anew as often as it is read. */
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { derive, type Message, type Part } from '../../contracts/message.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';

export type Recode = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export function recoded(message: Message, contentType: string, recode: Recode): Message {
  const [body, ...rest] = message.parts;
  const part: Part = { name: body.name, contentType, size: undefined, open: () => recode(body.open()) };
  return derive(message, { parts: [part, ...rest] });
}

/** Through a transform of the platform; what it finds wrong is the message's fault, what the source finds is not. */
export async function* through(
  format: string,
  bytes: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array> {
  let ofSource: unknown;
  const source = Readable.from(
    watched(bytes, (thrown) => (ofSource = thrown)),
    { objectMode: false },
  );
  const running = pipeline(source, transform);
  running.catch(() => {}); // Told by the stream itself.
  try {
    for await (const chunk of transform) yield chunk as Uint8Array;
    await running;
  } catch (thrown) {
    const cause = ofSource ?? thrown;
    if (isBusError(cause) || ofSource !== undefined) throw cause;
    throw busError('PACKING_BROKEN', { format, reason: reasonOf(thrown) }, { cause: thrown });
  } finally {
    source.destroy();
    transform.destroy();
  }
}

async function* watched(
  bytes: AsyncIterable<Uint8Array>,
  failed: (thrown: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (thrown) {
    failed(thrown);
    throw thrown;
  }
}
