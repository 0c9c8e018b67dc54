/** A trial of a port without a running bus: one message, step by step, each told with what came of it. */
import type { Clock } from '../contracts/clock.ts';
import type { BusError } from '../contracts/errors.ts';
import { bytesOf, type Message } from '../contracts/message.ts';
import { asBusError } from '../errors/as-bus-error.ts';

export interface TrialStep {
  readonly step: string;
  readonly ok: boolean;
  /** For people: what came of it, or what is wrong. */
  readonly detail: string;
  readonly ms: number;
  readonly error?: Pick<BusError, 'code' | 'message' | 'help'>;
  /** The bytes as they are after it. */
  readonly content?: { readonly contentType: string; readonly bytes: Uint8Array };
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

export type Told = Pick<TrialStep, 'detail' | 'content' | 'properties'>;

/** Runs a step and tells of it. Undefined when it failed: then the trial is over. */
export type Step = <T>(
  name: string,
  work: () => Promise<T>,
  tell: (outcome: T) => Promise<Told>,
) => Promise<T | undefined>;

export function createSteps(subject: string, clock: Clock, tell: (step: TrialStep) => void): Step {
  return async (step, work, told) => {
    const began = clock.now();
    const took = () => clock.now() - began;
    try {
      const outcome = await work();
      const ms = took();
      tell({ step, ok: true, ms, ...(await told(outcome)) });
      return outcome;
    } catch (thrown) {
      const { code, message, help } = asBusError(thrown, subject);
      tell({ step, ok: false, ms: took(), detail: `${code} ${message} ${help}`, error: { code, message, help } });
      return undefined;
    }
  };
}

export async function toldMessage(message: Message, what: string): Promise<Told> {
  const [body, ...others] = message.parts;
  const bytes = await bytesOf(body);
  const { contentType } = body;
  const more = others.length === 0 ? '' : `, and ${others.length} more part${others.length === 1 ? '' : 's'}`;
  return {
    detail: `${what}: ${bytes.byteLength} bytes of ${contentType}${more}`,
    content: { contentType, bytes },
    properties: propertiesOf(message),
  };
}

export const propertiesOf = ({ context }: Pick<Message, 'context'>) =>
  Object.fromEntries([...context].map(([name, { value }]) => [name, value]));
