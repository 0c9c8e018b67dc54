/**
 * OpenSSH's own server for tests, on a loopback port, with keys made for it, that ends with its owner. Whoever runs the tests
 * may log in with the client key; files lie where the tests put them.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installed, type Program } from './install.ts';
import { isRunning, ownFolder, signalled } from './owned-processes.ts';
import { freePorts } from './ports.ts';

const PATIENCE = 20_000;

const PROGRAM: Program = {
  places: ['/usr/sbin/sshd', '/usr/local/sbin/sshd'],
  debian: 'openssh-server',
  advice: 'OpenSSH server is needed: install it (Debian and Ubuntu: apt-get install openssh-server)',
};

export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** In OpenSSH's form. */
  readonly privateKey: string;
  /** Of the server's key, as SHA256:... */
  readonly hostKey: string;
  readonly folder: string;
  /** kill -9, with all connections. */
  kill(): Promise<void>;
  /** After kill(): again on the same port with the same key. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSshd(): Promise<Sshd> {
  const server = await installed(PROGRAM);
  const [port] = (await freePorts(1)) as [number];
  const owned = await ownFolder('sshd');
  const { folder } = owned;
  const at = (name: string) => join(folder, name);
  await Promise.all([makeKey(at('host')), makeKey(at('client'))]);
  await writeFile(at('authorized'), await readFile(at('client.pub')));
  await writeFile(at('config'), configOf(port, folder));
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  let pid = 0;
  const launch = async () => {
    pid = await owned.run('sshd', server, ['-D', '-e', '-f', at('config')]);
    await untilReady(port, () => isRunning(pid), folder);
  };
  await launch();
  return {
    port,
    user: userInfo().username,
    privateKey: await readFile(at('client'), 'utf8'),
    hostKey: fingerprint(await readFile(at('host.pub'), 'utf8')),
    folder,
    kill: async () => {
      // Each connection is a process in a session of its own.
      for (const child of descendants(pid)) signalled(child, 'SIGKILL');
      await owned.kill();
    },
    restart: launch,
    stop: owned.stop,
  };
}

function descendants(pid: number): number[] {
  const own = childrenOf(pid);
  return [...own.flatMap(descendants), ...own];
}

function childrenOf(pid: number): number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return listed.split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // It has gone meanwhile.
  }
}

const configOf = (port: number, folder: string) => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
PidFile ${folder}/pid
AuthorizedKeysFile ${folder}/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
MaxStartups 100:30:200
MaxSessions 100
Subsystem sftp internal-sftp
`;

async function makeKey(path: string): Promise<void> {
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  await chmod(path, 0o600);
}

function fingerprint(line: string): string {
  const digest = createHash('sha256')
    .update(Buffer.from(line.split(' ')[1]!, 'base64'))
    .digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

async function untilReady(port: number, isUp: () => boolean, folder: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await greets(port))) {
    if (!isUp() || Date.now() > deadline) throw new Error(`sshd did not start: see ${folder}`);
    await pause(50);
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('data', () => end(true))
      .once('error', () => end(false))
      .once('close', () => end(false));
  });
}
