/** `npm start`, killed at once while citizens wait for answers, and started again: nothing is lost and nothing is done twice. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Counts } from '../../runtime/contracts/inspection.ts';
import { freePorts } from '../servers/ports.ts';
import { type Report, reportsOf } from '../town/reports.ts';
import { solution } from '../town/solution.ts';
import { pause } from '../town/system.ts';
import type { Entry } from '../town/works-book.ts';

const PROGRAM = join(solution, 'tests', 'town', 'start.ts');
const GUILDHALL = join(solution, 'runtime', 'cli', 'main.ts');
const reports = reportsOf(11)
  .filter(({ kind }) => kind === 'works')
  .slice(0, 40);

let folder: string;
let running: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'northmoor-start-'));
});
afterAll(async () => {
  await end('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function start(http: string, admin: string): Promise<void> {
  const flags = ['--http', http, '--admin', admin, '--folder', folder, '--without-rabbitmq'];
  running = spawn(process.execPath, [PROGRAM, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  running.stderr!.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  for await (const line of createInterface({ input: running.stdout! })) {
    said += `${line}\n`;
    if (line.startsWith('Northmoor is up')) return;
  }
  throw new Error(`It ended before it was up:\n${said}`);
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  if (!running || running.exitCode !== null || running.signalCode !== null) return null;
  const gone = once(running, 'exit');
  running.kill(signal);
  return (await gone)[0];
}

/** Presses the button again until there is an answer. */
async function post(url: string, { contentType, body }: Report, answered: () => void): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': contentType }, body });
      await response.arrayBuffer();
      if (response.ok) return answered();
    } catch {
      // Nobody there, or gone before the answer.
    }
    await pause(100);
  }
}

async function guildhall<T>(...verb: string[]): Promise<T> {
  const flags = ['--solution', join(folder, 'solution'), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [GUILDHALL, ...verb, ...flags]);
  return JSON.parse(stdout) as T;
}

async function allCompleted(): Promise<Counts> {
  for (;;) {
    const counts = await guildhall<Counts>('status');
    const open = counts.deliveries.some(({ state }) => !['done', 'suspended', 'terminated'].includes(state));
    if (!open && counts.instances.every(({ status }) => status !== 'running' && status !== 'waiting')) return counts;
    await pause(200);
  }
}

test('what npm start has accepted is done once, whatever kill -9 it met', async () => {
  const [http, admin] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`) as [string, string];
  await start(http, admin);
  let answers = 0;
  const tenth = Promise.withResolvers<void>();
  const answered = () => {
    answers += 1;
    if (answers === 10) tenth.resolve();
  };
  const posts = reports.map((report) => post(`http://${http}${report.path}`, report, answered));
  await tenth.promise;
  await end('SIGKILL');
  expect(answers).toBeLessThan(reports.length);
  await start(http, admin);
  await Promise.all(posts);

  const counts = await allCompleted();
  expect(counts.suspended).toEqual([]);
  expect(counts.instances).toEqual([
    { program: 'report-street-problem', status: 'completed', count: reports.length, deployed: true },
  ]);
  expect(new Set(counts.deliveries.map(({ state }) => state))).toEqual(new Set(['done']));
  const { messages } = await guildhall<{ messages: unknown[] }>('messages', 'list', '--type', 'street-report');
  expect(messages).toHaveLength(reports.length);
  const book = JSON.parse(readFileSync(join(folder, 'works.json'), 'utf8')) as Entry[];
  expect(book.map(({ reference }) => reference).sort()).toEqual(reports.map(({ id }) => id).sort());
  expect(new Set(book.map(({ number }) => number)).size).toBe(reports.length);
  expect(book.filter(({ updates, cancelled }) => updates !== 2 || cancelled)).toEqual([]);
  expect(await end('SIGTERM')).toBe(0);
}, 90_000);
