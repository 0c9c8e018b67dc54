/** Folders behind a real OpenSSH server for the SFTP adapter, through a proxy that can break the link. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sftp } from '../../../adapters/sftp/adapter.ts';
import type { AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';
import { type Sshd, startSshd } from '../../servers/sshd.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';

let server: Promise<Sshd> | undefined;
afterAll(async () => (await server)?.stop());

export async function createHarness(): Promise<AdapterHarness> {
  server ??= startSshd();
  const { port, user, privateKey, hostKey } = await server;
  const root = await mkdtemp(join(tmpdir(), 'guildhall-sftp-'));
  const [source, target] = [join(root, 'in'), join(root, 'out')];
  await mkdir(source);
  await mkdir(target);
  const proxy = await startTcpProxy(`tcp://127.0.0.1:${port}`);
  const config = { host: '127.0.0.1', port: proxy.port, user, privateKey: { secret: 'KEY' }, hostKey };
  const link = { breakLink: async () => proxy.cut(), healLink: async () => proxy.heal() };
  let count = 0;
  return {
    adapter: sftp,
    contentType: 'application/json',
    context: { secret: () => privateKey },
    receive: {
      config: { ...config, folder: source, poll: '20ms', stableFor: '20ms', deadline: '2s' },
      properties: { 'sftp.name': '1.json', 'bus.sourceName': '1.json', 'sftp.path': join(source, '1.json') },
      arrive: async (bytes) => {
        count += 1;
        await writeFile(join(source, `${count}.json`), bytes);
      },
      left: async () => (await readdir(source)).length,
      ...link,
    },
    send: {
      config: { ...config, folder: target, deadline: '2s' },
      recognisesRepeats: true,
      taken: async () =>
        Promise.all(
          (await readdir(target)).filter((name) => !name.startsWith('.')).map((name) => readFile(join(target, name))),
        ),
      stall: async () => proxy.stall(),
      ...link,
    },
    dispose: async () => {
      await proxy.close();
      await rm(root, { recursive: true });
    },
  };
}
