/** Receiving from folders, beyond what the adapter contract asks of every transport. */
import { chmod, chown, mkdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { file } from '../../../adapters/file/adapter.ts';
import { watchFolder } from '../../../adapters/file/ready-files.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { accept, block, refuse } from '../../../runtime/testing/supervised-location.ts';
import { whileReceiving, withFolder } from './folder.ts';

describe('which files are ready', () => {
  const options = { pattern: '*', stableFor: 1000, sort: 'name' } as const;

  test('a file that is still written to is left until it rests', () =>
    withFolder(async (folder) => {
      const look = watchFolder({ ...options, folder: folder.path });
      const names = async (now: number) => (await look(now)).ready.map(({ name }) => name);
      await folder.write('a.csv', '1');
      expect(await names(0)).toEqual([]);
      expect(await names(999)).toEqual([]);
      await folder.write('a.csv', '1\n2');
      expect(await names(1500)).toEqual([]);
      expect(await names(2400)).toEqual([]);
      expect(await names(2500)).toEqual(['a.csv']);
    }));

  test('by name or by time', () =>
    withFolder(async (folder) => {
      for (const [name, time] of [
        ['b', 10],
        ['a', 30],
        ['c', 20],
      ] as const) {
        await folder.write(name, name);
        await utimes(join(folder.path, name), time, time);
      }
      const order = async (sort: 'name' | 'mtime') => {
        const { ready } = await watchFolder({ ...options, stableFor: 0, sort, folder: folder.path })(0);
        return ready.map(({ name }) => name);
      };
      expect(await order('name')).toEqual(['a', 'b', 'c']);
      expect(await order('mtime')).toEqual(['b', 'c', 'a']);
    }));

  test('subfolders, links, hidden files and other names are left alone', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder.path, 'sub.csv'));
      await symlink('/etc/hostname', join(folder.path, 'link.csv'));
      for (const name of ['.hidden.csv', 'a.txt', 'b.csv']) await folder.write(name, name);
      const look = watchFolder({ ...options, stableFor: 0, pattern: '*.{csv,xml}', folder: folder.path });
      expect((await look(0)).ready.map(({ name }) => name)).toEqual(['b.csv']);
    }));
});

describe('afterwards', () => {
  test('files go to the archive, and none there is replaced', () =>
    withFolder((folder) =>
      withFolder(async (archive) => {
        await archive.write('a.csv', 'older');
        await folder.write('a.csv', 'newer');
        await whileReceiving(folder, { archive: archive.path }, ({ emptied }) => emptied());
        const names = await archive.names();
        const other = names.find((name) => name !== 'a.csv');
        expect(names).toHaveLength(2);
        expect(other).toMatch(/^a\..+\.csv$/);
        expect(await readFile(join(archive.path, 'a.csv'), 'utf8')).toBe('older');
        expect(await readFile(join(archive.path, other!), 'utf8')).toBe('newer');
      }),
    ));

  test('what a crash left claimed is submitted again, under the same key', () =>
    withFolder(async (folder) => {
      await folder.write('a.csv', 'rows');
      await whileReceiving(folder, {}, async ({ location }) => {
        location.answer(block);
        await eventually('it is handed over', () => location.seen.length === 1);
        const [claim] = await folder.names();
        expect(claim).toMatch(/^\.a\.csv\.guildhall-/);
        await location.stop();
        await rename(join(folder.path, 'a.csv'), join(folder.path, claim!));
        location.answer(accept);
        location.start();
        await eventually('it is taken', async () => (await folder.names()).length === 0);
        expect(location.incoming.map(({ context }) => context.get('file.name')?.value)).toEqual(['a.csv', 'a.csv']);
        expect(location.incoming[1]!.key).toBe(location.incoming[0]!.key);
      });
    }));

  test('what a send port is writing into the same folder is nobody’s claim', () =>
    withFolder(async (folder) => {
      await folder.write('.0192f.guildhall-part', 'half a fi');
      await folder.write('.a.csv.guildhall-0192f', 'claimed');
      await folder.write('b.csv', 'b');
      await whileReceiving(folder, {}, async ({ location }) => {
        await eventually('only the half file is left', async () => (await folder.names()).length === 1);
        expect([...location.seen].sort()).toEqual(['b', 'claimed']);
      });
      expect(await folder.names()).toEqual(['.0192f.guildhall-part']);
    }));

  test('files that differ in name or content have different keys', () =>
    withFolder(async (folder) => {
      await folder.write('a.csv', 'same');
      await folder.write('b.csv', 'same');
      await folder.write('c.csv', 'other');
      await whileReceiving(folder, {}, async ({ location, emptied }) => {
        await emptied();
        expect(new Set(location.incoming.map(({ key }) => key)).size).toBe(3);
      });
    }));

  test('a new file of the same name is not lost when the first is refused', () =>
    withFolder(async (folder) => {
      await folder.write('a.csv', 'first');
      await whileReceiving(folder, {}, async ({ location, emptied }) => {
        location.answer(async (incoming, signal) => {
          location.answer(accept);
          await folder.write('a.csv', 'second');
          return refuse(incoming, signal);
        });
        await emptied();
        expect([...location.seen].sort()).toEqual(['first', 'first', 'second']);
      });
    }));
});

describe('what cannot be taken', () => {
  test('a file that is too large is reported once and left; the others go on', () =>
    withFolder(async (folder) => {
      await folder.write('a.csv', 'far too large');
      await whileReceiving(folder, { maxBytes: 5 }, async ({ location, events }) => {
        for (const name of ['b.csv', 'c.csv']) {
          await folder.write(name, name.slice(0, 1));
          await eventually('only the large one is left', async () => (await folder.names()).join() === 'a.csv');
        }
        expect(location.seen).toEqual(['b', 'c']);
        expect(events.map(({ name, data }) => [name, data['file']])).toEqual([['receive-refused', 'a.csv']]);
      });
    }));

  test('a file that may not be read is reported once and left; the others go on', () =>
    withFolder((folder) =>
      asNobody(folder.path, async () => {
        await folder.write('a.csv', 'secret');
        await chmod(join(folder.path, 'a.csv'), 0);
        await whileReceiving(folder, {}, async ({ location, events }) => {
          await folder.write('b.csv', 'b');
          await eventually('b is seen', () => location.seen.length === 1);
          expect(location.seen).toEqual(['b']);
          expect(events.map(({ name }) => name)).toEqual(['location-failed']);
          expect(events[0]!.data['reason']).toMatch(/a\.csv denied access/);
        });
        expect(await folder.names()).toEqual(['a.csv']);
      }),
    ));

  test('a missing folder is named', () =>
    withFolder(async (folder) => {
      const location = file.receive!({ folder: join(folder.path, 'none') }, testAdapterContext());
      const failure = location.run(async () => [], new AbortController().signal);
      await expect(failure).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
      await expect(failure).rejects.toThrow(join(folder.path, 'none'));
    }));

  test('files are not followed out of the folder by a link put in their place', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder.path, '.a.csv.guildhall-1'), 'plain');
      await symlink('/etc/hostname', join(folder.path, '.b.csv.guildhall-2'));
      await whileReceiving(folder, {}, async ({ location }) => {
        await eventually('the plain one is taken', async () => (await folder.names()).length === 1);
        expect(location.seen).toEqual(['plain']);
      });
    }));
});

test('what the schema cannot say is found', () => {
  const found = file.check({ folder: 'in', pattern: '../*.csv', archive: './in/' }, 'receive');
  expect(found.map(({ path }) => path)).toEqual(['pattern', 'archive']);
});

/** The superuser may read anything, so that it has to be somebody else for a while. */
async function asNobody(path: string, work: () => Promise<void>): Promise<void> {
  const NOBODY = 65534;
  if (process.geteuid!() !== 0) return work();
  await chown(path, NOBODY, NOBODY);
  process.seteuid!(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid!(0);
  }
}
