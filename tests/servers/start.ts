/** Before the first suite: makes the folder through which suites share servers. Servers start when a suite asks for one. */
import { ownFolder } from './owned-processes.ts';
import { RUN_FOLDER, RUN_OWNER } from './shared.ts';

export default async function start(): Promise<void> {
  process.env[RUN_FOLDER] = (await ownFolder('run')).folder;
  process.env[RUN_OWNER] = String(process.pid);
}
