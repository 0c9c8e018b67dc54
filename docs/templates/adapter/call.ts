/** One call of the far end, with a deadline, and what its failures mean to the bus. */
import { type AdapterContext, BusError, type CatalogEntry, parseDuration } from 'guildhall/contracts';

export interface Call {
  readonly timeout: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** The kind decides: `transient` is tried again as the port says, `message` suspends the message. The help says what to do. */
const errors = {
  EXAMPLE_POST_DOWN: {
    kind: 'transient',
    text: '{url} cannot be reached: {reason}.',
    help: 'Check the address, the network and that the far end runs.',
  },
  EXAMPLE_POST_FAILED: {
    kind: 'transient',
    text: '{url} answered {status}.',
    help: 'Look at the far end; it is tried again as the port says.',
  },
  EXAMPLE_POST_REFUSED: {
    kind: 'message',
    text: '{url} refused the message: {status}.',
    help: 'Mend the message or the far end, then resume it.',
  },
} satisfies Record<string, CatalogEntry>;

/** Milliseconds of a duration that its schema has checked. */
export const milliseconds = (text: string): number => parseDuration(text) ?? 0;

export async function call(
  method: string,
  url: string,
  { timeout, headers = {}, body }: Call,
  { clock }: AdapterContext,
  signal: AbortSignal,
): Promise<Answer> {
  const deadline = new AbortController();
  const cancel = clock.schedule(milliseconds(timeout), () => deadline.abort(down(url, `no answer within ${timeout}`)));
  try {
    const either = AbortSignal.any([signal, deadline.signal]);
    const response = await fetch(url, {
      method,
      headers,
      signal: either,
      ...(body ? { body: Buffer.from(body) } : {}),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) throw answered(url, response.status);
    return { status: response.status, headers: response.headers, bytes };
  } finally {
    cancel();
  }
}

/** 401 and 403 pass when a password is set right, 408, 425 and 429 by themselves; the other 4xx stay as they are. */
const MAY_PASS = new Set([401, 403, 408, 425, 429]);

function answered(url: string, status: number): BusError {
  const code = status < 500 && !MAY_PASS.has(status) ? 'EXAMPLE_POST_REFUSED' : 'EXAMPLE_POST_FAILED';
  return new BusError(code, errors[code], { url, status });
}

const down = (url: string, reason: string, cause?: unknown) =>
  new BusError('EXAMPLE_POST_DOWN', errors.EXAMPLE_POST_DOWN, { url, reason }, { cause });

/** The connection broke: what fetch says of it lies in the cause of its TypeError. */
export function failureOf(thrown: unknown, url: string): unknown {
  const { name, cause } = thrown as Error;
  if (name !== 'TypeError' || cause === undefined) return thrown;
  return down(url, cause instanceof Error ? cause.message : String(cause), thrown);
}
