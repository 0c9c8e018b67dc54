/** A bus in this process on the real adapters, open to callers on the loopback interface, and what became of all they sent. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adapters } from '../../adapters/index.ts';
import { createIds } from '../../runtime/clock/identity.ts';
import { createSystemClock } from '../../runtime/clock/system.ts';
import type { DeliveryRecord } from '../../runtime/contracts/inspection.ts';
import { createHost } from '../../runtime/host/host.ts';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';

export interface OpenBus {
  readonly http: string;
  /** Where files are dropped. */
  readonly inbox: string;
  /** The text of every file that the bus delivered. */
  delivered(): string[];
  suspended(): Promise<readonly DeliveryRecord[]>;
  messages(): Promise<number>;
  /** The bytes of a message on record. */
  kept(message: string): Promise<Buffer>;
  /** Writes bytes to the listener as they are, and gives all that comes back until the connection ends. */
  raw(bytes: string | Uint8Array, options?: { readonly hangUp?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

export async function openBus(files: Readonly<Record<string, string>>): Promise<OpenBus> {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-open-'));
  for (const name of ['in', 'out']) mkdirSync(join(folder, name));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const compiled = compileSolution(new Map(Object.entries(files)), {
    adapters,
    env: {},
    resolvePath: (path) => join(folder, path),
  });
  const { deployment, findings } = compiled;
  if (!deployment) throw new Error(findings.map(({ at, message }) => `${at.file}:${at.line} ${message}`).join('\n'));
  const clock = createSystemClock();
  const box = openMemory();
  const host = createHost({
    name: 'main',
    deployment,
    box,
    clock,
    newId: createIds(clock, Math.random),
    random: Math.random,
    http: { host: '127.0.0.1', port: 0 },
    emit: () => {},
    recompile: async () => deployment,
  });
  await host.start();
  const out = join(folder, 'out');
  return {
    http: host.address,
    inbox: join(folder, 'in'),
    delivered: () => finished(out).map((name) => readFileSync(join(out, name), 'utf8')),
    suspended: () => box.inspection.deliveries({ state: 'suspended', limit: 1000 }, clock.now()),
    messages: async () => (await box.inspection.counts(clock.now())).messages,
    kept: async (message) => Buffer.from((await box.read([message]))[0]!.parts[0].bytes!),
    raw: (bytes, options) => exchange(Number(new URL(host.address).port), bytes, options?.hangUp === true),
    stop: async () => {
      await host.stop();
      await box.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A file that is still being written has a name with a dot in front. */
const finished = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'));

function exchange(port: number, bytes: string | Uint8Array, hangUp: boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {}); // The other side may cut it: what came until then counts.
    socket.once('close', () => resolve(text));
    socket.write(bytes, () => hangUp && socket.resetAndDestroy());
  });
}
