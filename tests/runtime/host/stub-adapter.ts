/** A transport that tests play on: what a location submits and what a send port's far end answers. */
import type { Adapter, Incoming, Submission, Submit } from '../../../runtime/contracts/adapter.ts';
import { bytesOf, type Context, type Message, partOf } from '../../../runtime/contracts/message.ts';

export interface Taken {
  readonly message: Message;
  readonly text: string;
}

export interface Stub {
  readonly adapter: Adapter;
  /** The same, where only one host at a time may receive. */
  readonly once: Adapter;
  /** The same, where callers wait. */
  readonly called: Adapter;
  /** Whether the location of that name runs. */
  runs(location: string): boolean;
  /** From now on the location of that name fails with this, or works again. */
  fail(location: string, error?: Error): void;
  /** From now on this call of the location or send port never ends, whatever it is told. */
  hang(name: string, call: 'run' | 'close'): void;
  /** Hands text to the location of that name (`<port>/<location>`). */
  arrive(location: string, text: string, options?: { key?: string; contentType?: string }): Promise<Submission>;
  /** What the far end of a send port has accepted, in order. */
  taken(port: string): Taken[];
  /** What the far end does with the next messages; the default accepts. */
  answer(port: string, ...answers: Answer[]): void;
}

/** An error to throw, text to answer with, or how to act on the message. */
export type Answer = Error | string | ((message: Message, signal: AbortSignal) => Promise<Incoming | undefined>);

export const incoming = (text: string, contentType = 'application/json', context: Context = new Map()): Incoming => ({
  parts: [partOf(Buffer.from(text), contentType)],
  context,
});

export function createStub(): Stub {
  const submits = new Map<string, Submit>();
  const accepted = new Map<string, Taken[]>();
  const answers = new Map<string, Answer[]>();
  const hanging = new Set<string>();
  const broken = new Map<string, Error>();
  const breaking = new Map<string, (error: Error) => void>();
  const taken = (port: string) => accepted.get(port) ?? accepted.set(port, []).get(port)!;

  async function send(port: string, message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    const answer = answers.get(port)?.shift();
    if (Error.isError(answer)) throw answer;
    const result = typeof answer === 'function' ? await answer(message, signal) : undefined;
    taken(port).push({ message, text: Buffer.from(await bytesOf(message.parts[0])).toString('utf8') });
    return typeof answer === 'string' ? incoming(answer) : result;
  }

  const adapter: Adapter = {
    name: 'stub',
    summary: 'A transport for tests.',
    receiveConfig: { type: 'object', properties: {}, additionalProperties: false },
    sendConfig: { type: 'object', properties: {}, additionalProperties: false },
    examples: [],
    check: () => [],
    receive: (_config, { name }) => ({
      run: async (submit, signal) => {
        if (broken.has(name)) throw broken.get(name);
        submits.set(name, submit);
        const ended = Promise.withResolvers<void>();
        breaking.set(name, ended.reject);
        const end = () => hanging.has(`run ${name}`) || ended.resolve();
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
        try {
          await ended.promise;
        } finally {
          if (submits.get(name) === submit) submits.delete(name);
        }
      },
    }),
    send: (_config, { name }) => ({
      send: (message, signal) => send(name, message, signal),
      close: () => (hanging.has(`close ${name}`) ? new Promise(() => {}) : Promise.resolve()),
    }),
  };

  return {
    adapter,
    once: { ...adapter, name: 'stub-once', exclusive: true },
    called: { ...adapter, name: 'stub-called', callers: true },
    hang: (name, call) => void hanging.add(`${call} ${name}`),
    fail: (location, error) => {
      if (!error) broken.delete(location);
      else {
        broken.set(location, error);
        breaking.get(location)?.(error);
      }
    },
    runs: (location) => submits.has(location),
    taken,
    answer: (port, ...next) => void answers.set(port, [...(answers.get(port) ?? []), ...next]),
    async arrive(location, text, { key, contentType } = {}) {
      const submit = submits.get(location);
      if (!submit) throw new Error(`${location} does not run`);
      const one = { ...incoming(text, contentType), ...(key === undefined ? {} : { key }) };
      const [submission] = await submit([one], new AbortController().signal);
      return submission!;
    },
  };
}
