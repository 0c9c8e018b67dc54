/**
 * The simulated legacy systems behind the send ports. Each counts what it truly accepted, by idempotency key, whatever
 * its caller learned of that. A system goes on with what it was asked even when the caller has crashed or hung up.
 */
import type { Incoming } from '../../runtime/contracts/adapter.ts';
import { type Message, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { tagIn, textOf } from './describe.ts';
import type { Fault } from './faults.ts';
import { type Life, never } from './life.ts';
import type { World } from './world.ts';

export interface Accepted {
  readonly system: string;
  readonly key: string;
  readonly tag: string;
  readonly text: string;
}

export interface FarEnds {
  /** Everything that the systems accepted, in order. */
  readonly accepted: readonly Accepted[];
  /** Until `healed`, every call of the system fails. */
  breakDown(system: string): void;
  heal(system: string): void;
  send(system: string, message: Message, caller: Life): Promise<Incoming | undefined>;
}

const SLOWEST = 40;

export function createFarEnds({ chance, clock, faults, story }: World): FarEnds {
  const accepted: Accepted[] = [];
  const down = new Set<string>();
  let calls = 0;

  function accept(system: string, message: Message): void {
    const text = textOf(message);
    const key = String(message.context.get(BUS.idempotencyKey)?.value);
    accepted.push({ system, key, tag: tagIn(text), text });
    story.tell(system, () => `accepted ${text} under ${key.slice(-24)}`);
  }

  async function send(system: string, message: Message, caller: Life): Promise<Incoming | undefined> {
    if (!caller.alive) return never;
    calls += 1;
    const tag = tagIn(textOf(message));
    const name = `${system} is sent ${tag}`;
    const fault = down.has(system) ? { kind: 'unreachable', ms: 0 } : faults.strike('send', name);
    story.tell(caller.label, () => `sends ${tag} to ${system}${fault ? ` ! ${fault.kind} ${fault.ms || ''}` : ''}`);
    await clock.sleep(1 + Math.floor(SLOWEST * chance(`${name} ${calls}`)));
    return answer(system, message, tag, fault);
  }

  async function answer(
    system: string,
    message: Message,
    tag: string,
    fault: Fault | undefined,
  ): Promise<Incoming | undefined> {
    switch (fault?.kind) {
      case 'unreachable':
        throw busError('ENDPOINT_UNREACHABLE', { endpoint: system, reason: 'simulated' });
      case 'refused':
        throw busError('ENDPOINT_REFUSED', { endpoint: system, reason: 'simulated' });
      case 'breaks':
        throw new TypeError('a simulated bug of the adapter');
      case 'hangs':
        return never;
      case 'slow':
        await clock.sleep(fault.ms);
    }
    accept(system, message);
    if (fault?.kind === 'accepts-then-hangs') return never;
    if (fault?.kind === 'accepts-then-fails') {
      throw busError('ENDPOINT_FAILED', { endpoint: system, reason: 'the connection broke before the answer' });
    }
    return ASKED[system]?.(message, tag);
  }

  return {
    accepted,
    send,
    breakDown: (system) => {
      down.add(system);
      story.tell(system, () => '! is down');
    },
    heal: (system) => {
      if (down.delete(system)) story.tell(system, () => 'is up again');
    },
  };
}

/** What systems answer; a parcel with a receipt, a slip with a note. */
const ASKED: Readonly<Record<string, (message: Message, tag: string) => Incoming>> = {
  depot: (message, tag) => {
    const text = textOf(message);
    const note = text.includes('"full"') ? 'full' : 'booked';
    return answerOf(text.includes('"key"') ? { id: tag, key: tag, text: note } : { number: `R-${tag}`, note });
  },
  assessor: (_, tag) => answerOf({ id: tag, key: tag, text: 'sound' }),
};

function answerOf(document: object): Incoming {
  return { parts: [partOf(Buffer.from(JSON.stringify(document)), 'application/json')], context: new Map() };
}
