/** The bus as the town sees it: one process that ends with its owner, asked through its admin API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type AdminClient, connectAdmin } from '../../runtime/cli/admin-client.ts';

export interface Bus {
  /** Of its locations, such as http://127.0.0.1:8080. */
  readonly http: string;
  readonly admin: AdminClient;
  readonly adminAddress: string;
  readonly token: string;
  /** SIGTERM, and waits until it has gone. Safe twice. */
  stop(): Promise<void>;
  /** SIGKILL: it learns nothing of it. */
  kill(): Promise<void>;
}

/** Resolves when it is ready; rejects with what it said when it is not. `solution` and `environment` are paths. */
export async function startBus(solution: string, environment: string): Promise<Bus> {
  const token = randomBytes(24).toString('base64url');
  const main = join(import.meta.dirname, 'bus-process.ts');
  const flags = ['--environment', environment, '--json', '--log-level', 'error'];
  const child = spawn(process.execPath, [main, 'run', solution, ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // Ctrl-C is for whoever started it.
    env: { ...process.env, GUILDHALL_ADMIN_TOKEN: token },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-10_000);
  });
  const lines = createInterface({ input: child.stdout });
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`The bus did not start:\n${said}`)));
  const [line] = (await Promise.race([once(lines, 'line'), gone])) as [string];
  gone.catch(() => {}); // From here on its end is asked for.
  const { http, admin: adminAddress } = JSON.parse(line) as { http: string; admin: string };
  const admin = connectAdmin({ solution, admin: adminAddress, token });
  return { http, admin, adminAddress, token, stop: () => end(child, 'SIGTERM'), kill: () => end(child, 'SIGKILL') };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
