/**
 * One host of the bus as a process that can be killed, frozen, set wrong and started again, on the same addresses over the same
 * MessageBox. It ends with whoever started it, however that ends. What it says is in a log of its own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdminClient, connectAdmin } from '../../runtime/cli/admin-client.ts';
import { isRunning, type OwnedFolder, ownFolder, signalled } from '../servers/owned-processes.ts';
import { pause } from '../town/system.ts';

export interface HostSettings {
  readonly name: string;
  readonly solution: string;
  readonly environment?: string;
  readonly http: string;
  readonly admin: string;
  /** Where its logs are kept. */
  readonly folder: string;
  /** Environment variables that it gets beside ours. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface BusHost {
  readonly name: string;
  readonly http: string;
  readonly admin: AdminClient;
  readonly pid: number | undefined;
  /** Its log. */
  readonly log: string;
  /** It runs although nobody may have asked it anything yet; false also when it has ended by itself. */
  readonly up: boolean;
  /** Resolves when it is ready; one that ends before is started again, for a while, and then this rejects with its log's end. */
  start(): Promise<void>;
  /** SIGTERM. Rejects, and kills it, when it does not end in the time that it has for draining. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Its clock is so many ms ahead from now on, also after a restart. */
  shiftClock(ahead: number): void;
}

const START = 60_000;
const AGAIN = 500;
const ANSWER = 3000;
/** More than the 30 s of its own draining and what it takes on top. */
const DRAIN = 45_000;
const MAIN = join(import.meta.dirname, '..', '..', 'runtime', 'cli', 'main.ts');
const PRELOAD = join(import.meta.dirname, 'shift-clock.ts');
const TOKEN = 'chaos';

export function createBusHost(settings: HostSettings): BusHost {
  const { name, solution, environment, http, admin: address, folder, secrets } = settings;
  const admin = connectAdmin({ solution, admin: `http://${address}`, token: TOKEN });
  const log = join(folder, `host-${name}.log`);
  const clock = join(folder, `host-${name}.clock`);
  let owned: OwnedFolder | undefined;
  let pid: number | undefined;

  /** As whoever watches over it would: a host whose store cannot be reached when it starts ends, and is started again. */
  async function start(): Promise<void> {
    const deadline = Date.now() + START;
    while (!(await startOnce(deadline))) {
      if (Date.now() > deadline) {
        throw new Error(`Host ${name} did not start:\n${readFileSync(log, 'utf8').slice(-3000)}`);
      }
      await pause(AGAIN);
    }
  }

  async function startOnce(deadline: number): Promise<boolean> {
    owned = await ownFolder(`chaos-${name}`);
    const laidOver = environment === undefined ? [] : ['--environment', environment];
    const flags = [...laidOver, '--host', name, '--json', '--log-level', 'info'];
    const script = [process.execPath, '--import', PRELOAD, MAIN, 'run', solution, ...flags];
    const variables = { ...process.env, ...secrets, GUILDHALL_ADMIN_TOKEN: TOKEN, GUILDHALL_CHAOS_CLOCK: clock };
    // A log in the owned folder would go with it.
    pid = await owned.run('host', 'sh', ['-c', 'log=$1; shift; exec "$@" >>"$log" 2>&1', 'host', log, ...script], {
      environment: variables,
    });
    while (isUp() && Date.now() < deadline) {
      if (await answers()) return true;
      await pause(100);
    }
    await end();
    return false;
  }

  const answers = () => {
    const told = admin.get('/status').then(
      () => true,
      () => false,
    );
    return Promise.race([told, pause(ANSWER).then(() => false)]);
  };
  const isUp = () => pid !== undefined && isRunning(pid);

  /** kill -9, also of one that is frozen. */
  async function end(): Promise<void> {
    pid = undefined;
    const ending = owned;
    owned = undefined;
    await ending?.stop();
  }

  return {
    name,
    http,
    admin,
    log,
    get pid() {
      return pid;
    },
    get up() {
      return isUp();
    },
    start,
    stop: async () => {
      const ending = pid;
      if (ending === undefined) return;
      signalled(ending, 'SIGCONT');
      signalled(ending, 'SIGTERM');
      const deadline = Date.now() + DRAIN;
      while (isRunning(ending) && Date.now() < deadline) await pause(50);
      const late = isRunning(ending);
      await end();
      if (late) throw new Error(`Host ${name} did not end within ${DRAIN} ms of SIGTERM`);
    },
    kill: end,
    freeze: () => void (pid !== undefined && signalled(pid, 'SIGSTOP')),
    thaw: () => void (pid !== undefined && signalled(pid, 'SIGCONT')),
    shiftClock: (ahead) => {
      writeFileSync(clock, String(ahead));
      if (pid !== undefined) signalled(pid, 'SIGUSR2');
    },
  };
}
