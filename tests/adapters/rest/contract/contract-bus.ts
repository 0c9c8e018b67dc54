/** A whole bus in memory that serves a contract of a solution on disk, by a real socket. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adapters } from '../../../../adapters/index.ts';
import { createIds } from '../../../../runtime/clock/identity.ts';
import { createSystemClock } from '../../../../runtime/clock/system.ts';
import type { BusEvent } from '../../../../runtime/contracts/events.ts';
import { createHost } from '../../../../runtime/host/host.ts';
import { openMemory } from '../../../../runtime/message-box/memory.ts';
import { compileSolution } from '../../../../runtime/solution/compile-solution.ts';
import { filesOf } from '../../../../runtime/solution/definition.ts';
import { readSolution } from '../../../../runtime/solution/find.ts';

export type Files = Readonly<Record<string, string>>;

const sample = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

const message = (type: string, schema: object, more = '') => ({
  [`schemas/${type}.message.yaml`]: `message: ${type}\nschema: ${type}.schema.json\n${more}`,
  [`schemas/${type}.schema.json`]: JSON.stringify(schema),
});

const report = {
  type: 'object',
  properties: { category: { type: 'string' }, depth: { type: 'number' } },
  required: ['category'],
};

/** The sample contract with a message type for each operation; `config` is the application. */
export const served = (application: string, more: Files = {}): Files => ({
  'config/bus.yaml': 'bus: eastmere\norganisation: eastmere\nstore: memory\n',
  'config/applications/care.yaml': application,
  'schemas/street-care.yaml': sample('street-care.yaml'),
  'schemas/common.yaml': sample('common.yaml'),
  ...message('create-report-request', report),
  ...message('create-report-response', {
    type: 'object',
    properties: { reference: { type: 'string' }, reason: { type: 'string' }, status: { type: 'integer' } },
  }),
  ...message('search-reports-request', {
    type: 'object',
    properties: { since: { type: 'string' }, page: { type: 'integer' } },
  }),
  ...message(
    'get-report-request',
    { type: 'object', properties: { id: { type: 'integer' } } },
    'promote: { report.id: id }\n',
  ),
  ...message('get-report-response', { ...report, properties: { ...report.properties, status: { type: 'integer' } } }),
  ...message('change-report-request', { type: 'object', properties: { id: { type: 'integer' }, body: report } }),
  ...message('delete-report-request', { type: 'object', properties: { id: { type: 'integer' } } }),
  ...message('export-reports-request', { type: 'object' }),
  ...message('get-map-request', { type: 'object' }),
  ...message('put-photo-request', { type: 'object' }),
  ...more,
});

/** Compiled as `guildhall check` does. */
export function checked(files: Files) {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const compile = (all: ReadonlyMap<string, string>) =>
    compileSolution(all, { adapters, env: { KEY: 'k1' }, resolvePath: (path) => join(folder, path) });
  return { folder, compile, ...compile(readSolution(folder)) };
}

/** What the check says: file:line:column CODE message. */
export function told(files: Files): string[] {
  const { findings, folder } = checked(files);
  rmSync(folder, { recursive: true });
  return findings.map(({ at, code, message: text, suggestion }) =>
    [`${at.file}:${at.line}:${at.column}`, code, text, ...(suggestion ? [`-> ${suggestion}`] : [])].join(' '),
  );
}

export async function startContractBus(files: Files) {
  const { deployment, findings, folder, compile } = checked(files);
  if (!deployment) throw new Error(findings.map(({ at, message: text }) => `${at.file}:${at.line} ${text}`).join('\n'));
  const clock = createSystemClock();
  const box = openMemory();
  const events: BusEvent[] = [];
  const host = createHost({
    name: 'main',
    deploy: true,
    deployment,
    box,
    clock,
    newId: createIds(clock, Math.random),
    random: Math.random,
    http: { host: '127.0.0.1', port: 0 },
    emit: (event) => void events.push(event),
    recompile: async (definition) => compile(filesOf(definition)).deployment!,
  });
  await host.start();
  return {
    box,
    events,
    host,
    suspended: () => box.inspection.deliveries({ state: 'suspended', limit: 100 }, clock.now()),
    async stop() {
      await host.stop();
      await box.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type ContractBus = Awaited<ReturnType<typeof startContractBus>>;
