/** SFTP against OpenSSH: keys that do not fit, servers that vanish, done files, archives, files too large for memory. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sftp } from '../../../adapters/sftp/adapter.ts';
import type { SftpReceiveConfig, SftpSendConfig } from '../../../adapters/sftp/config.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { accept, superviseLocation } from '../../../runtime/testing/supervised-location.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type Sshd, startSshd } from '../../servers/sshd.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';

let server: Sshd;
let root: string;
beforeAll(async () => {
  server = await startSshd();
});
afterAll(() => server.stop());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-sftp-'));
  await mkdir(join(root, 'in'));
  await mkdir(join(root, 'archive'));
});
afterEach(() => rm(root, { recursive: true }));

const signal = new AbortController().signal;
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const contextOf = (key = server.privateKey) => testAdapterContext({ secret: () => key });
const configOf = (more: object = {}) => ({
  host: '127.0.0.1',
  port: server.port,
  user: server.user,
  privateKey: { secret: 'KEY' },
  hostKey: server.hostKey,
  folder: join(root, 'in'),
  deadline: '2s',
  ...more,
});
const message = (text: string) => testMessage({ id: 'm-1', bytes: Buffer.from(text), contentType: 'text/plain' });
const portOf = (more: Partial<SftpSendConfig> = {}, key?: string) => sftp.send!(configOf(more), contextOf(key));

async function failureOf(more: Partial<SftpSendConfig>, key?: string) {
  const port = portOf(more, key);
  try {
    return await port.send(message('x'), signal).then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { code: string; kind: string },
    );
  } finally {
    await port.close();
  }
}

async function receiving(
  more: Partial<SftpReceiveConfig>,
  work: (location: ReturnType<typeof superviseLocation>) => Promise<void>,
) {
  const context = contextOf();
  const config = configOf({ poll: '20ms', stableFor: '0s', ...more });
  const location = superviseLocation(sftp.receive!(config, context), context);
  location.start();
  try {
    await work(location);
  } finally {
    await location.stop();
  }
}

describe('who is at the other end', () => {
  test('a server with another key is not spoken to, and its fingerprint is told', async () => {
    const failure = await failureOf({ hostKey: `SHA256:${'A'.repeat(43)}` });
    expect(failure).toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    expect(failure!.message).toContain(server.hostKey);
  });

  test('one of several keys will do', async () => {
    expect(await failureOf({ hostKey: [`SHA256:${'A'.repeat(43)}`, server.hostKey] })).toBeUndefined();
  });

  test('a user who is not let in', async () => {
    expect(await failureOf({ user: 'nobody-at-all' })).toMatchObject({ code: 'ENDPOINT_DENIED' });
    expect(await failureOf({}, 'no key')).toBeDefined();
  });

  test('nobody listens; no such folder', async () => {
    expect(await failureOf({ port: 1 })).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
    expect(await failureOf({ folder: join(root, 'nowhere') })).toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  });

  test('a server that says nothing any more is given up after the deadline', async () => {
    const proxy = await startTcpProxy(`tcp://127.0.0.1:${server.port}`);
    const port = sftp.send!(configOf({ port: proxy.port, deadline: '300ms' }), contextOf());
    try {
      await port.send(message('first'), signal);
      proxy.stall();
      await expect(
        port.send(testMessage({ id: 'm-2', bytes: Buffer.from('x'), contentType: 'text/plain' }), signal),
      ).rejects.toMatchObject({
        kind: 'transient',
      });
      proxy.heal();
      await port.send(testMessage({ id: 'm-3', bytes: Buffer.from('x'), contentType: 'text/plain' }), signal);
    } finally {
      await port.close();
      await proxy.close();
    }
  });
});

describe('sending', () => {
  test('a name that is taken: the same content is no harm, another is refused, unless it may be replaced', async () => {
    const port = portOf({ fileName: 'one.txt' });
    await port.send(message('a'), signal);
    await port.send(message('a'), signal);
    await expect(port.send(message('b'), signal)).rejects.toMatchObject({ code: 'ENDPOINT_REFUSED' });
    await port.close();
    const replacing = portOf({ fileName: 'one.txt', overwrite: true });
    await replacing.send(message('b'), signal);
    await replacing.close();
    expect(await readFile(join(root, 'in', 'one.txt'), 'utf8')).toBe('b');
    expect(await readdir(join(root, 'in'))).toEqual(['one.txt']);
  });

  test('a done file comes after the file', async () => {
    const port = portOf({ fileName: 'one.txt', doneFile: '{name}.done' });
    await port.send(message('a'), signal);
    await port.send(message('a'), signal);
    await port.close();
    expect((await readdir(join(root, 'in'))).sort()).toEqual(['one.txt', 'one.txt.done']);
  });

  test('what broke off is gone on with, as long as it is the same; else it begins anew', async () => {
    const bytes = randomBytes(6_000_000);
    const sent = { upstream: 0, cuts: true };
    const tap = () => (chunk: Buffer) => {
      sent.upstream += chunk.byteLength;
      if (sent.cuts && sent.upstream > 4_000_000) proxy.cut();
    };
    const proxy = await startTcpProxy(`sftp://127.0.0.1:${server.port}`, tap);
    const port = portOf({ port: proxy.port });
    const large = (of: Buffer) => testMessage({ id: 'm-1', bytes: of, contentType: 'text/plain' });
    try {
      await expect(port.send(large(bytes), signal)).rejects.toMatchObject({ kind: 'transient' });
      proxy.heal();
      sent.cuts = false;
      const [half] = await readdir(join(root, 'in'));
      expect(half).toMatch(/^\.[0-9a-f]{32}\.guildhall-part$/);
      const { size } = await stat(join(root, 'in', half!));
      expect(size).toBeGreaterThan(1_048_576);
      sent.upstream = 0;
      await port.send(large(bytes), signal);
      expect(sent.upstream).toBeLessThan(bytes.length - size + 1_000_000);
      expect(await readdir(join(root, 'in'))).toEqual(['m-1.txt']);
      expect(digestOf(await readFile(join(root, 'in', 'm-1.txt')))).toBe(digestOf(bytes));
      await rename(join(root, 'in', 'm-1.txt'), join(root, 'in', half!));
      await truncate(join(root, 'in', half!), 2_000_000);
      const others = randomBytes(3_000_000);
      await port.send(large(others), signal);
      expect(digestOf(await readFile(join(root, 'in', 'm-1.txt')))).toBe(digestOf(others));
    } finally {
      await port.close();
      await proxy.close();
    }
  }, 60_000);

  test('a server that was killed is found again', async () => {
    const port = portOf({ overwrite: true });
    await port.send(message('a'), signal);
    await server.kill();
    await expect(port.send(message('b'), signal)).rejects.toMatchObject({ kind: 'transient' });
    await server.restart();
    await eventually('it takes messages again', async () =>
      port.send(message('b'), signal).then(
        () => true,
        () => false,
      ),
    );
    await port.close();
  });
});

describe('receiving', () => {
  test('a file waits for its done file; both go, the file into the archive', async () => {
    await writeFile(join(root, 'in', 'a.txt'), 'one');
    await receiving({ doneFile: '{name}.ok', archive: join(root, 'archive') }, async (location) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(location.seen).toEqual([]);
      await writeFile(join(root, 'in', 'a.txt.ok'), '');
      await eventually('the folder is empty', async () => (await readdir(join(root, 'in'))).length === 0);
    });
    expect(await readdir(join(root, 'archive'))).toEqual(['a.txt']);
  });

  test('locked files are left alone; what is suspended goes to its folder; receipts say what became of each', async () => {
    for (const name of ['errors', 'receipts']) await mkdir(join(root, name));
    for (const name of ['a.csv', 'b.csv', 'b.lock']) await writeFile(join(root, 'in', name), name);
    const folders = { errors: join(root, 'errors'), receipts: join(root, 'receipts'), archive: join(root, 'archive') };
    await receiving({ ...folders, lockFile: '{stem}.lock' }, async (location) => {
      location.answer(async () => 'suspended');
      await eventually('a is put away', async () => (await readdir(join(root, 'errors'))).length === 1);
      location.answer(accept);
      await rm(join(root, 'in', 'b.lock'));
      await eventually('all is taken', async () => (await readdir(join(root, 'in'))).length === 0);
    });
    expect(await readdir(join(root, 'archive'))).toEqual(['b.csv']);
    const outcomes = (await readdir(join(root, 'receipts'))).sort().map(async (name) => {
      const { file, outcome } = JSON.parse(await readFile(join(root, 'receipts', name), 'utf8'));
      return [name, file, outcome];
    });
    expect(await Promise.all(outcomes)).toEqual([
      ['a.csv.receipt.json', 'a.csv', 'suspended'],
      ['b.csv.receipt.json', 'b.csv', 'accepted'],
    ]);
  });

  test('a second file of an archived name is kept, too', async () => {
    await receiving({ archive: join(root, 'archive') }, async () => {
      for (const text of ['one', 'two']) {
        await writeFile(join(root, 'in', 'a.txt'), text);
        await eventually('the folder is empty', async () => (await readdir(join(root, 'in'))).length === 0);
      }
    });
    expect(await readdir(join(root, 'archive'))).toHaveLength(2);
  });

  test('what a send port is writing into the same folder is nobody’s claim', async () => {
    for (const name of ['.0192f.guildhall-part', '.a.csv.guildhall-0192f', 'b.csv'])
      await writeFile(join(root, 'in', name), name);
    await receiving({}, async (location) => {
      await eventually('only the half file is left', async () => (await readdir(join(root, 'in'))).length === 1);
      expect([...location.seen].sort()).toEqual(['.a.csv.guildhall-0192f', 'b.csv']);
    });
    expect(await readdir(join(root, 'in'))).toEqual(['.0192f.guildhall-part']);
  });

  test('only what the pattern names, in order, and nothing from subfolders', async () => {
    await mkdir(join(root, 'in', 'sub.csv'));
    for (const name of ['b.csv', 'a.csv', 'c.txt', '.hidden.csv']) await writeFile(join(root, 'in', name), name);
    await receiving({ pattern: '*.csv' }, async (location) => {
      await eventually('both came', () => location.seen.length === 2);
      expect(location.seen).toEqual(['a.csv', 'b.csv']);
    });
    expect((await readdir(join(root, 'in'))).sort()).toEqual(['.hidden.csv', 'c.txt', 'sub.csv']);
  });

  test('a file that is too large stays where it is, and is reported once', async () => {
    await writeFile(join(root, 'in', 'a.txt'), 'too long');
    const events: string[] = [];
    const context = testAdapterContext({ secret: () => server.privateKey, emit: ({ name }) => events.push(name) });
    const location = superviseLocation(
      sftp.receive!(configOf({ poll: '20ms', stableFor: '0s', maxBytes: 3 }), context),
      context,
    );
    location.start();
    await eventually('it is reported', () => events.includes('receive-refused'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await location.stop();
    expect(events.filter((name) => name === 'receive-refused')).toHaveLength(1);
    expect(await readdir(join(root, 'in'))).toEqual(['a.txt']);
  });

  test('a large file goes on where the connection broke, and is read once', async () => {
    await writeFile(join(root, 'in', 'large.bin'), randomBytes(8_000_000));
    const wanted = digestOf(await readFile(join(root, 'in', 'large.bin')));
    let came = 0;
    const proxy = await startTcpProxy(`sftp://127.0.0.1:${server.port}`);
    try {
      await receiving({ port: proxy.port, archive: join(root, 'archive') }, async (location) => {
        location.answer(async ({ parts: [part] }) => {
          const hash = createHash('sha256');
          for await (const chunk of part.open()) {
            hash.update(chunk);
            const before = came;
            came += chunk.byteLength;
            for (const at of [1_000_000, 5_000_000]) {
              if (before >= at || came < at) continue;
              proxy.cut();
              setTimeout(() => proxy.heal(), 50);
            }
          }
          expect(hash.digest('hex')).toBe(wanted);
          return 'accepted';
        });
        await eventually('it is put away', async () => (await readdir(join(root, 'archive'))).length === 1);
        expect([location.incoming.length, location.failures]).toEqual([1, []]);
      });
    } finally {
      await proxy.close();
    }
    expect(came).toBe(8_000_000);
  }, 60_000);

  test('a large file is streamed, and seen again when the server dies in the middle', async () => {
    const path = join(root, 'in', 'large.bin');
    await writeFile(path, 'start');
    await truncate(path, 20_000_000);
    const wanted = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const digests: string[] = [];
    let killed = false;
    await receiving({}, async (location) => {
      location.answer(async ({ parts: [part] }) => {
        expect(part.bytes).toBeUndefined();
        const hash = createHash('sha256');
        for await (const chunk of part.open()) {
          hash.update(chunk);
          if (killed) continue;
          killed = true;
          await server.kill();
        }
        digests.push(hash.digest('hex'));
        return 'accepted';
      });
      await eventually('the server was killed', () => killed);
      await server.restart();
      await eventually('the folder is empty', async () => (await readdir(join(root, 'in'))).length === 0);
    });
    expect(digests).toEqual([wanted]);
  }, 60_000);
});

test.each([
  [{ privateKey: undefined }, 'user'],
  [{ doneFile: '{name}' }, 'doneFile'],
  [{ doneFile: 'done' }, 'doneFile'],
  [{ pattern: 'a/*.csv' }, 'pattern'],
  [{ archive: 'in/', folder: './in' }, 'archive'],
  [{ passphrase: { secret: 'P' }, privateKey: undefined, password: { secret: 'W' } }, 'passphrase'],
])('check finds %j', (more, path) => {
  expect(sftp.check({ ...configOf(), ...more } as never, 'receive').map((found) => found.path)).toEqual([path]);
});
