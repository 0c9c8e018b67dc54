/** Hosts on the real adapters and the machine's clock, over one MessageBox in memory: a door by HTTP, a folder, and a folder out. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapters } from '../../../adapters/index.ts';
import { createIds } from '../../../runtime/clock/identity.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { createHost, type Host } from '../../../runtime/host/host.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { filesOf } from '../../../runtime/solution/definition.ts';
import { createFreezer, type Freezer } from './freezer.ts';

export interface RealHosts {
  /** `note` is part of every answer and so of the definition. */
  start(name: string, port: number, note: string): Promise<{ readonly host: Host; readonly freezer: Freezer }>;
  /** Puts a file into the folder, whole. */
  drop(id: string): void;
  readonly dropped: () => readonly string[];
  /** The ids of all that was written out, sorted. */
  delivered(): string[];
  readonly box: ReturnType<typeof openMemory>;
  stop(): Promise<void>;
}

const files = (note: string) => ({
  'config/bus.yaml': 'bus: small\norganisation: northmoor\nstore: memory\n',
  'config/applications/post.yaml': `application: post
description: ${note}
receivePorts:
  in:
    locations:
      door: { transport: rest, path: /parcels, pipeline: json-receive, message: parcel, dedupe: parcel.id }
      folder: { transport: file, folder: in, poll: 50ms, stableFor: 0s, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: file, folder: out, fileName: "{message.id}.json", pipeline: json-send, filter: message.type == "parcel" }
`,
  'schemas/parcel.message.yaml': 'message: parcel\nschema: parcel.schema.json\npromote: { parcel.id: id }\n',
  'schemas/parcel.schema.json': JSON.stringify({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' } },
  }),
});

export function realHosts(): RealHosts {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-hosts-'));
  for (const name of ['in', 'out']) mkdirSync(join(folder, name));
  const clock = createSystemClock();
  const box = openMemory();
  const running: { readonly host: Host; readonly freezer: Freezer }[] = [];
  const compile = (all: ReadonlyMap<string, string>) => {
    const options = { adapters, env: {}, resolvePath: (path: string) => join(folder, path) };
    const { deployment, findings } = compileSolution(all, options);
    if (!deployment) throw new Error(findings.map(({ at, message }) => `${at.file}:${at.line} ${message}`).join('\n'));
    return deployment;
  };
  const ids = (name: string) => readdirSync(join(folder, name)).filter((entry) => !entry.startsWith('.'));
  return {
    box,
    async start(name, port, note) {
      const freezer = createFreezer(clock, box);
      const host = createHost({
        name,
        deployment: compile(new Map(Object.entries(files(note)))),
        box: freezer.box,
        clock: freezer.clock,
        newId: createIds(clock, Math.random),
        random: Math.random,
        http: { host: '127.0.0.1', port },
        emit: () => {},
        recompile: async (definition) => compile(filesOf(definition)),
      });
      await host.start();
      running.push({ host, freezer });
      return { host, freezer };
    },
    drop(id) {
      writeFileSync(join(folder, `${id}.part`), JSON.stringify({ id }));
      renameSync(join(folder, `${id}.part`), join(folder, 'in', `${id}.json`));
    },
    dropped: () => ids('in'),
    delivered: () =>
      ids('out')
        .map((name) => JSON.parse(readFileSync(join(folder, 'out', name), 'utf8')).id as string)
        .sort(),
    async stop() {
      for (const { freezer } of running) freezer.thaw();
      for (const { host } of running) await host.stop();
      await box.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
