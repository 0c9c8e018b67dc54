/** A temporary folder for one test, and a location that runs over it. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file } from '../../../adapters/file/adapter.ts';
import type { FileReceiveConfig } from '../../../adapters/file/config.ts';
import type { BusEvent } from '../../../runtime/contracts/events.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { type SupervisedLocation, superviseLocation } from '../../../runtime/testing/supervised-location.ts';

export interface TestFolder {
  readonly path: string;
  write(name: string, text: string): Promise<void>;
  names(): Promise<string[]>;
}

export interface Running {
  readonly location: SupervisedLocation;
  readonly events: readonly BusEvent[];
  emptied(): Promise<void>;
}

export async function withFolder(work: (folder: TestFolder) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'guildhall-folder-'));
  try {
    await work({
      path,
      write: (name, text) => writeFile(join(path, name), text),
      names: async () => (await readdir(path)).sort(),
    });
  } finally {
    await rm(path, { recursive: true });
  }
}

/** Runs a location over the folder for as long as `work` takes. */
export async function whileReceiving(
  folder: TestFolder,
  options: Partial<FileReceiveConfig>,
  work: (running: Running) => Promise<void>,
): Promise<void> {
  const events: BusEvent[] = [];
  const context = testAdapterContext({ emit: (event) => events.push(event) });
  const config = { folder: folder.path, poll: '5ms', stableFor: '0s', ...options };
  const location = superviseLocation(file.receive!(config, context), context);
  const emptied = () => eventually('the folder is empty', async () => (await folder.names()).length === 0);
  location.start();
  try {
    await work({ location, events, emptied });
  } finally {
    await location.stop();
  }
}
