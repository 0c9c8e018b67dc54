/** Callers of two-way receive ports who wait at this host, and the answers on their way to them. */
import type { Clock } from '../contracts/clock.ts';
import type { BusError } from '../contracts/errors.ts';
import type { Message } from '../contracts/message.ts';
import type { Delivery, MessageBox, Reaction, Unit } from '../contracts/message-box.ts';
import { BUS } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import { textOf } from './documents.ts';

export interface Responses {
  /** Resolves with the answer to message `request`; rejects with RESPONSE_TIMEOUT after `timeout` ms. */
  waitFor(request: string, timeout: number): Promise<Message>;
  /** Nobody waits for it any more. */
  forget(request: string, error: BusError): void;
  /** The worker's side: an answer has reached this host. */
  handle(delivery: Delivery): Promise<void>;
  /** The same within the commit that brings the answer. */
  react(delivery: Delivery): Reaction;
}

interface Waiting {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: BusError) => void;
}

export function createResponses(box: MessageBox, clock: Clock): Responses {
  const waiting = new Map<string, Set<Waiting>>();

  function take(request: string): Iterable<Waiting> {
    const found = waiting.get(request) ?? [];
    waiting.delete(request);
    return found;
  }

  function waitFor(request: string, timeout: number): Promise<Message> {
    return new Promise<Message>((resolve, reject) => {
      const cancel = clock.schedule(timeout, () => {
        waiting.get(request)?.delete(entry);
        if (waiting.get(request)?.size === 0) waiting.delete(request);
        reject(busError('RESPONSE_TIMEOUT', { message: request, timeout }));
      });
      const entry: Waiting = {
        resolve: (message) => {
          cancel();
          resolve(message);
        },
        reject: (error) => {
          cancel();
          reject(error);
        },
      };
      waiting.set(request, (waiting.get(request) ?? new Set()).add(entry));
    });
  }

  function answerIn({ work }: Delivery): { readonly message?: Message; readonly request?: string } {
    if (work.kind !== 'message') return {};
    const request = textOf(work.message.context, BUS.responseTo);
    return { message: work.message, ...(request === undefined ? {} : { request }) };
  }

  async function handle(delivery: Delivery): Promise<void> {
    const { message, request } = answerIn(delivery);
    const callers = request === undefined ? [] : [...take(request)];
    await box.commit(settled(delivery, message, callers.length > 0));
    for (const caller of callers) caller.resolve(message!);
  }

  function react(delivery: Delivery): Reaction {
    const { message, request } = answerIn(delivery);
    const awaited = request !== undefined && waiting.has(request);
    return {
      unit: settled(delivery, message, awaited),
      done: () => {
        for (const caller of awaited ? take(request) : []) caller.resolve(message!);
      },
    };
  }

  function settled(delivery: Delivery, message: Message | undefined, delivered: boolean): Unit {
    const now = clock.now();
    const name = delivered ? 'response-delivered' : 'response-late';
    const track = message ? [{ name, at: now, message: message.id, data: {} }] : [];
    return { now, settle: [{ lease: delivery.lease, as: 'done' }], track };
  }

  return {
    waitFor,
    forget: (request, error) => {
      for (const caller of take(request)) caller.reject(error);
    },
    handle,
    react,
  };
}
