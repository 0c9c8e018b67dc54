/** Hands a call to the bus, once: what came before is refused, and what was not kept may come again. */
import type { AdapterContext, Incoming, Submit } from '../../runtime/contracts/adapter.ts';
import { type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { type Allowed, callerProperties } from '../shared/access/verdict.ts';
import type { IncomingAddressing } from './addressing/incoming.ts';
import { addressingProperties } from './addressing/outgoing.ts';
import { type Answer, answerTo, faultForNothingKept } from './answer.ts';
import type { AnswerPackaging } from './attachments/answers.ts';
import type { Spoken, Taken } from './check-call.ts';
import type { Types } from './encoded/type-book.ts';
import { headerProperties } from './header-parts.ts';
import { forgive, isNew, REPLAYED } from './security/once.ts';
import type { Fault } from './write-fault.ts';

export interface Reception {
  readonly config: { readonly path: string; readonly addressing?: IncomingAddressing };
  readonly context: AdapterContext;
  readonly types: Types;
  readonly submit: Submit;
  readonly signal: AbortSignal;
}

export interface Handed extends Omit<Taken, 'caller'>, Spoken {
  /** Of the answer. */
  readonly packaging: AnswerPackaging;
  readonly allowed: Allowed;
}

/** `refused`: it never was a message. */
export type HandedIn = Answer | { readonly refused: Fault };

/** Never rejects. */
export async function handIn(reception: Reception, handed: Handed): Promise<HandedIn> {
  const { context, types, submit, signal } = reception;
  const { operation, version, once, packaging } = handed;
  try {
    if (!(await isNew(context.replays, once))) return { refused: REPLAYED };
    const [submission] = await submit([incomingOf(reception, handed)], signal).catch(async (thrown: unknown) => {
      await forgive(context.replays, once);
      throw thrown;
    });
    return await answerTo(submission!, { operation, version, types, packaging }, signal);
  } catch (thrown) {
    return { fault: faultForNothingKept(thrown) };
  }
}

function incomingOf(
  { config }: Reception,
  { operation, xml, header, attachments, allowed, addressing }: Handed,
): Incoming {
  const key = config.addressing?.messageIdAsKey ? addressing?.messageId : undefined;
  return {
    ...(key === undefined ? {} : { key }),
    parts: [partOf(Buffer.from(xml), 'text/xml; charset=utf-8'), ...attachments],
    context: new Map([
      [BUS.sourceName, carried(config.path)],
      ['soap.operation', carried(operation.name)],
      ...headerProperties(operation.headers?.input ?? [], header),
      ...addressingProperties(addressing),
      ...callerProperties(allowed),
    ]),
  };
}

const carried = (value: string): Property => ({ value, promoted: false });
