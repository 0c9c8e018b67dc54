/** `npm run demo` as a user meets it: what it prints, how it ends, and that nothing of it stays behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { solution } from '../town/solution.ts';

const PROGRAM = join(solution, 'tests', 'town', 'demo.ts');

/** The town's systems hold the other end of its standard error, so that this closes when they have gone with it. */
function demo(...flags: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const complaints: string[] = [];
  child.stderr.on('data', (text) => complaints.push(String(text)));
  return { child, lines, complaints, output, townGone: once(child, 'close') };
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function account(...flags: string[]): Promise<string> {
  const { lines, complaints, townGone } = demo(...flags);
  const [code] = await townGone;
  const text = lines.join('\n');
  expect([code, text, code === 0 ? '' : complaints.join('')]).toEqual([
    0,
    expect.stringMatching(/^It balances\. /m),
    '',
  ]);
  for (const row of [/sent by citizens +200$/m, /delivered to works +106$/m, /lost +0$/m]) expect(text).toMatch(row);
  return text;
}

test('it tells where all 200 reports have ended, and that it balances', async () => {
  await account();
}, 90_000);

test('it does so without a RabbitMQ, too', async () => {
  expect(await account('2', '--without-rabbitmq')).toContain('environment demo-without-rabbitmq');
}, 90_000);

test.each(['SIGKILL', 'SIGINT'] as const)(
  '%s leaves no process behind',
  async (signal) => {
    const { child, lines, output, townGone } = demo('--without-rabbitmq');
    for await (const line of output) if (line.startsWith('Sending')) break;
    const bus = /http:\S+\d/.exec(lines.find((line) => line.startsWith('The bus is up'))!)![0];
    expect((await fetch(bus)).status).toBe(404);
    child.kill(signal);
    await townGone;
    while (await answers(bus)) await sleep(100); // It drains first.
  },
  60_000,
);
