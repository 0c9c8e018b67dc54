/**
 * A send port that gathers: each delivery is mapped and assembled by itself, then goes out with others in one body. All of a batch is
 * settled in one commit once the far end has it; what the far end refuses is offered again one by one, so that a bad message harms only itself.
 */
import { createHash } from 'node:crypto';
import type { BatchPolicy } from '../contracts/batch.ts';
import type { Clock } from '../contracts/clock.ts';
import type { BusError } from '../contracts/errors.ts';
import { derive, type Message, withProperties } from '../contracts/message.ts';
import type { Delivery, MessageBox, Unit } from '../contracts/message-box.ts';
import { BUS } from '../contracts/properties.ts';
import { carried, textOf } from './documents.ts';
import { createGather, type Gather } from './gather.ts';
import { joinBodies } from './join-bodies.ts';
import { type PermittedOptions, permitted } from './permitted.ts';

export interface BatchRunnerOptions extends PermittedOptions {
  readonly batch: BatchPolicy;
  readonly box: MessageBox;
  readonly clock: Clock;
  outgoing(message: Message, signal: AbortSignal): Promise<Message>;
  transmit(message: Message, signal: AbortSignal): Promise<void>;
  failure(thrown: unknown, signal: AbortSignal): BusError;
  sent(delivery: Delivery, message: Message): Unit;
  failed(delivery: Delivery, message: Message, error: BusError): Unit;
}

interface Member {
  readonly delivery: Delivery;
  readonly message: Message;
  /** As it goes out. */
  readonly outgoing: Message;
}

export function createBatchRunner(options: BatchRunnerOptions) {
  const { batch, box, clock } = options;
  const members = new WeakMap<Delivery, readonly Member[]>();
  /** By delivery that waits for another attempt: where those of its batch come together again. */
  const again = new Map<string, Gather<Member>>();
  const gathering = {
    clock,
    ...batch,
    sizeOf: ({ outgoing }: Member) => outgoing.parts[0].size ?? 0,
    flush: (those: readonly Member[], signal: AbortSignal) => offer(those, signal),
    putBack: async (those: readonly Member[]) => {
      await box.commit({
        now: clock.now(),
        settle: those.map(({ delivery: { lease } }) => ({ lease, as: 'release' })),
      });
    },
  };
  const fresh = createGather<Member>(gathering);

  async function handle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    if (delivery.work.kind !== 'message') return;
    const { message } = delivery.work;
    let outgoing: Message;
    try {
      outgoing = await options.outgoing(message, signal);
    } catch (thrown) {
      await box.commit(options.failed(delivery, message, options.failure(thrown, signal)));
      return;
    }
    const gather = again.get(delivery.id) ?? fresh;
    again.delete(delivery.id);
    await gather.add({ delivery, message, outgoing }, signal);
  }

  /** The limits of the port count batches. */
  const limited = permitted(options, (first, signal) => send(members.get(first)!, signal));

  function offer(those: readonly Member[], signal: AbortSignal): Promise<void> {
    const first = those[0]!.delivery;
    members.set(first, those);
    return limited(first, signal);
  }

  async function send(those: readonly Member[], signal: AbortSignal): Promise<void> {
    try {
      await options.transmit(await joined(those, batch), signal);
    } catch (thrown) {
      const error = options.failure(thrown, signal);
      if (error.kind === 'message' && those.length > 1) {
        for (const one of those) await send([one], signal);
        return;
      }
      const unit = together(those.map(({ delivery, message }) => options.failed(delivery, message, error)));
      await box.commit(atOnce(unit));
      reunite(those, unit);
      return;
    }
    await box.commit(together(those.map(({ delivery, message }) => options.sent(delivery, message))));
  }

  /** What goes out again is the same batch, under the same key: the far end may have it already. */
  function reunite(those: readonly Member[], { settle = [] }: Unit): void {
    const retried = those.filter((_, index) => settle[index]!.as === 'retry');
    const gather = createGather<Member>({ ...gathering, count: retried.length, bytes: Number.POSITIVE_INFINITY });
    for (const { delivery } of retried) again.set(delivery.id, gather);
  }

  function hurry(): void {
    for (const gather of new Set([fresh, ...again.values()])) gather.hurry();
  }

  return { handle, hurry };
}

/** Each would have a pause of its own: none goes before the last. */
function atOnce(unit: Unit): Unit {
  const settle = unit.settle ?? [];
  const at = Math.max(...settle.map((entry) => (entry.as === 'retry' ? entry.at : 0)));
  return { ...unit, settle: settle.map((entry) => (entry.as === 'retry' ? { ...entry, at } : entry)) };
}

/** One message for all of them. Of more than one its id and key are those of its members together, so that the same batch is known when it comes again. */
async function joined(those: readonly Member[], { join }: BatchPolicy): Promise<Message> {
  const messages = those.map(({ outgoing }) => outgoing);
  const [first] = messages;
  const { id, key } = those.length === 1 ? { id: first!.id, key: keyOf(first!) } : identityOf(messages);
  const context = withProperties(first!.context, [
    [BUS.idempotencyKey, carried(key)],
    [BUS.batchCount, carried(messages.length)],
  ]);
  return derive(first!, { id, parts: [await joinBodies(messages, join)], context });
}

const keyOf = ({ context }: Message) => textOf(context, BUS.idempotencyKey) ?? '';

function identityOf(messages: readonly Message[]): { readonly id: string; readonly key: string } {
  const key = createHash('sha256')
    .update(JSON.stringify(messages.map(keyOf)))
    .digest('hex')
    .slice(0, 32);
  return { id: key, key };
}

function together(units: readonly Unit[]): Unit {
  const [first] = units;
  return {
    now: first!.now,
    settle: units.flatMap(({ settle = [] }) => settle),
    publish: units.flatMap(({ publish = [] }) => publish),
    track: units.flatMap(({ track = [] }) => track),
  };
}
