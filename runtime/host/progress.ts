/**
 * What a suspended message carries when a part of it was published before: how far that was, so that resuming it publishes only what
 * is missing. It is about that message alone: the records that come of it must not carry it, or their own resuming would pass them over.
 */
import { type Context, withProperties } from '../contracts/message.ts';
import { carried } from './documents.ts';

/** Of a receipt: under which key its records are known. */
export const RECEIPT = 'bus.receiptKey';

/** Of a part of an interchange that holds records itself: how many of them, from its first, have gone on. */
const DONE = 'bus.recordsDone';

export const withDone = (context: Context, done: number): Context =>
  done === 0 ? context : withProperties(context, [[DONE, carried(done)]]);

export function doneOf(context: Context): number {
  const done = context.get(DONE)?.value;
  return typeof done === 'number' ? done : 0;
}

export const withoutProgress = (context: Context): Context =>
  new Map([...context].filter(([name]) => name !== RECEIPT && name !== DONE));
