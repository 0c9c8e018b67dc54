/**
 * A server that all suites of a test run share: started by the first that asks for it, in whichever worker; stopped by
 * stop.ts after the last. What was started is told in `<name>.json` of the run's folder, which start.ts makes.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const RUN_FOLDER = 'GUILDHALL_TEST_RUN';
export const RUN_OWNER = 'GUILDHALL_TEST_OWNER';

export interface StartedServer {
  readonly url: string;
  /** What stop.ts removes. */
  readonly folder?: string;
}

interface Told extends Partial<StartedServer> {
  readonly error?: string;
}

/** Gives the server's URL; `start` is called at most once in a test run, with the process that it must not outlive. */
export async function shared(name: string, start: (owner: number) => Promise<StartedServer>): Promise<string> {
  const run = process.env[RUN_FOLDER];
  if (run === undefined) throw new Error('Servers are shared within a test run only; start one of your own.');
  const state = join(run, `${name}.json`);
  if (await isFirst(join(run, `${name}.lock`))) await tell(state, await outcome(start));
  while (!existsSync(state)) await pause(100);
  const { url, error } = JSON.parse(await readFile(state, 'utf8')) as Told;
  if (url === undefined) throw new Error(error);
  return url;
}

async function outcome(start: (owner: number) => Promise<StartedServer>): Promise<Told> {
  try {
    return await start(Number(process.env[RUN_OWNER]));
  } catch (thrown) {
    return { error: Error.isError(thrown) ? thrown.message : String(thrown) };
  }
}

async function isFirst(lock: string): Promise<boolean> {
  return mkdir(lock).then(
    () => true,
    () => false,
  );
}

/** Readers see all of it or nothing. */
async function tell(state: string, told: Told): Promise<void> {
  await writeFile(`${state}.part`, JSON.stringify(told));
  await rename(`${state}.part`, state);
}
