/** Posts to the bus as a patient client would: the same words again until there is an answer that is final. */
import { pause } from '../../town/system.ts';

export interface Asked {
  readonly status: number;
  readonly body: string;
}

export interface Patience {
  /** Told of every answer, also of those after which it asks again. */
  heard?(asked: Asked): void;
  /** Whether to ask again, though the answer is not one to ask again after. */
  unsatisfied?(asked: Asked): boolean;
  /** How long (ms) one attempt may take. */
  readonly longest?: () => number;
  /** True: give up. */
  enough(): boolean;
}

const NO_ANSWER = new Set([408, 429, 502, 503, 504]);
/** Less than the bus lets callers wait. */
const LONGEST = 12_000;

/** Undefined when it gave up. */
export async function askUntilAnswered(
  url: string,
  body: string,
  { heard, unsatisfied, enough, longest = () => LONGEST }: Patience,
): Promise<Asked | undefined> {
  for (let attempt = 1; !enough(); attempt += 1) {
    const asked = await ask(url, body, longest());
    if (asked) heard?.(asked);
    if (asked && !NO_ANSWER.has(asked.status) && !unsatisfied?.(asked)) return asked;
    await pause(Math.min(1000, 50 * 2 ** attempt));
  }
  return undefined;
}

async function ask(url: string, body: string, longest: number): Promise<Asked | undefined> {
  try {
    const headers = { 'Content-Type': 'application/json' };
    const signal = AbortSignal.timeout(longest);
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    return { status: response.status, body: await response.text() };
  } catch {
    return undefined; // Nobody there, or cut off: asked again.
  }
}
