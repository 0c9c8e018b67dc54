/**
 * A connection that comes back: it is made when it is needed, and made anew after it was lost. Promises: `run` answers or
 * rejects in bounded time, whatever the network does; a connection that does not answer in time is given up.
 */
import { Client, type ClientConfig } from 'pg';
import type { Clock } from '../../contracts/clock.ts';
import { busError } from '../../errors/bus-error.ts';
import { endsSession, lost } from './errors.ts';
import { type Answer, createPipelines, type Step } from './pipeline.ts';

export type Run = (steps: readonly Step[]) => Promise<readonly Answer[]>;

export interface LinkOptions {
  readonly config: ClientConfig;
  readonly clock: Clock;
  /** How long (ms) a connection is asked for before `run` rejects. */
  readonly patience: number;
  /** How long (ms) one round trip may take. */
  readonly deadline: number;
  /** On every new connection, before anything else. */
  readonly setUp?: (run: Run) => Promise<void>;
  readonly notified?: (payload: string) => void;
  /** A connection that was up is no longer. */
  readonly dropped?: () => void;
}

export interface Link {
  /** One round trip. One call at a time. What is not the server's refusal rejects with an error that `isLost`. */
  readonly run: Run;
  /** Resolves once there is a connection. */
  connect(): Promise<void>;
  close(): Promise<void>;
}

interface Session {
  readonly run: Run;
  readonly client: Client;
}

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

export function createLink(options: LinkOptions): Link {
  const { clock, patience } = options;
  let session: Session | undefined;
  let connecting: Promise<Session> | undefined;
  let closed = false;

  function current(): Session | Promise<Session> {
    if (session) return session;
    connecting ??= insist().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function insist(): Promise<Session> {
    const until = clock.now() + patience;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      if (closed) throw busError('STORE_CLOSED');
      try {
        return await attempt();
      } catch (thrown) {
        if (clock.now() + pause > until) throw lost(thrown, 'unreachable');
        await clock.sleep(pause);
      }
    }
  }

  async function attempt(): Promise<Session> {
    const client = new Client(options.config);
    const made = { client, run: runOn(client, options) };
    const drop = () => {
      if (session?.client !== client) return;
      session = undefined;
      options.dropped?.();
    };
    client.on('error', drop).on('end', drop);
    client.on('notification', ({ payload = '' }) => options.notified?.(payload));
    await client.connect();
    try {
      await options.setUp?.(made.run);
    } catch (thrown) {
      abandon(client);
      throw thrown;
    }
    session = made;
    return made;
  }

  return {
    run: async (steps) => {
      const { run } = await current();
      return run(steps);
    },
    connect: async () => void (await current()),
    close: async () => {
      closed = true;
      await connecting?.catch(() => {});
      const last = session;
      session = undefined;
      if (!last) return;
      const cancel = clock.schedule(options.deadline, () => abandon(last.client));
      await last.client.end().catch(() => {});
      cancel();
    },
  };
}

function runOn(client: Client, { clock, deadline }: LinkOptions): Run {
  const { run } = createPipelines(client);
  return async (steps) => {
    const cancel = clock.schedule(deadline, () => abandon(client));
    try {
      return await run(steps);
    } catch (thrown) {
      if (!endsSession(thrown)) throw thrown;
      abandon(client);
      throw lost(thrown, 'broken');
    } finally {
      cancel();
    }
  };
}

/** Without a farewell: nobody may be there to hear it. */
function abandon(client: Client): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  stream.destroy();
}
