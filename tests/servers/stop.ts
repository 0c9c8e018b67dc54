/** After the last suite: stops the servers that suites asked for. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openFolder } from './owned-processes.ts';
import { RUN_FOLDER, type StartedServer } from './shared.ts';

export default async function stop(): Promise<void> {
  const run = process.env[RUN_FOLDER]!;
  const states = (await readdir(run)).filter((name) => name.endsWith('.json'));
  for (const state of states) {
    const { folder } = JSON.parse(await readFile(join(run, state), 'utf8')) as Partial<StartedServer>;
    if (folder !== undefined) await openFolder(folder).stop();
  }
  await rm(run, { recursive: true });
}
