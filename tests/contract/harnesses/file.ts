/** Folders for the file adapter; a link that breaks is a folder that goes away. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file } from '../../../adapters/file/adapter.ts';
import type { AdapterContractOptions, AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';

export const options: AdapterContractOptions = { neverStalls: true };

export async function createHarness(): Promise<AdapterHarness> {
  const root = await mkdtemp(join(tmpdir(), 'guildhall-file-'));
  const source = folderLink(join(root, 'in'));
  const target = folderLink(join(root, 'out'));
  await mkdir(source.folder);
  await mkdir(target.folder);
  let count = 0;
  return {
    adapter: file,
    contentType: 'application/json',
    receive: {
      config: { folder: source.folder, poll: '10ms', stableFor: '20ms' },
      properties: { 'file.name': '1.json', 'bus.sourceName': '1.json', 'file.path': join(source.folder, '1.json') },
      arrive: async (bytes) => {
        count += 1;
        await writeFile(join(source.here(), `${count}.json`), bytes);
      },
      left: async () => (await readdir(source.here())).length,
      breakLink: source.breakLink,
      healLink: source.healLink,
    },
    send: {
      config: { folder: target.folder },
      recognisesRepeats: true,
      taken: async () => {
        const names = await readdir(target.here());
        return Promise.all(names.map((name) => readFile(join(target.here(), name))));
      },
      breakLink: target.breakLink,
      healLink: target.healLink,
    },
    dispose: () => rm(root, { recursive: true }),
  };
}

/** A folder, and how to move it out of the adapter's sight. */
function folderLink(folder: string) {
  const away = `${folder}-away`;
  let broken = false;
  return {
    folder,
    here: () => (broken ? away : folder),
    breakLink: async () => {
      await rename(folder, away);
      broken = true;
    },
    healLink: async () => {
      await rename(away, folder);
      broken = false;
    },
  };
}
