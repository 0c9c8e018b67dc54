/** kill -9 at any instant: what was accepted is there, what was settled is not offered again, and the file is free at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { NOW, subjects, take } from '../../../runtime/testing/message-box/bench.ts';

const ROUNDS = 5;
const program = fileURLToPath(new URL('./publish-until-killed.ts', import.meta.url));

/** Runs a publisher and kills it after so many lines; gives the whole lines that it wrote. */
function runUntil(lines: number, path: string, prefix: string): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [program, path, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (_, signal) => {
      if (signal === 'SIGKILL') resolve(text.split('\n').slice(0, -1));
      else reject(new Error('The publisher ended by itself.'));
    });
  });
}

test('nothing accepted is lost and nothing settled comes again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-crash-'));
  const path = join(folder, 'box.db');
  const accepted: string[] = [];
  const settled = new Set<string>();
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const lines = await runUntil(1 + Math.floor(Math.random() * 2000), path, `round${round}`);
      for (const line of lines) {
        const [what, id] = line.split(' ') as [string, string];
        if (what === 'accepted') accepted.push(id);
        else settled.add(id);
      }
    }
    await verify(path, accepted, settled);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function verify(path: string, accepted: readonly string[], settled: ReadonlySet<string>): Promise<void> {
  const box = openSqlite(path);
  const found = await box.read(accepted);
  expect(accepted.filter((_, index) => found[index] === undefined)).toEqual([]);
  for (const message of found)
    expect(Buffer.from(await bytesOf(message!.parts[0])).toString()).toBe(`body of ${message!.id}`);
  const offered = new Set(subjects(await take(box, 'a', NOW, 1_000_000)));
  expect([...settled].filter((id) => offered.has(id))).toEqual([]);
  const records = await box.inspection.deliveries({ limit: 1_000_000 }, NOW);
  const delivered = new Set(records.map(({ message }) => message));
  expect(accepted.filter((id) => !delivered.has(id))).toEqual([]);
  await box.close();
}
