/**
 * `npm run fuzz -- [--minutes M] [--seed N] [--target words]`: bad input for everything that strangers' bytes reach. Faults go to
 * standard error with their input in base64, one line of JSON to standard output. Exit code 1: something crashed or was slow.
 */
import { parseArgs } from 'node:util';
import { type Fault, inputOf, tryOne } from './fuzz.ts';
import { type Target, targets } from './targets.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, target: { type: 'string' } },
});
/** An input that takes longer (ms) counts as a fault. */
const SLOW = 5000;
const FEW = 5;
/** Compiling a solution takes as long as reading so many messages. */
const DEAR = 100;

const tell = (text: string) => void process.stderr.write(`${text}\n`);
const chosen = targets().filter(({ name }) => name.includes(values.target ?? ''));
if (chosen.length === 0) {
  tell(`There is no target "${values.target}".`);
  process.exit(2);
}
const until = Date.now() + Number(values.minutes) * 60_000;
const faults: Fault[] = [];
const found = new Map<string, number>();
let runs = 0;
let slowest = { ms: 0, target: '', seed: 0 };

async function one(target: Target, seed: number): Promise<void> {
  const began = performance.now();
  const fault = await tryOne(target, seed);
  const ms = Math.round(performance.now() - began);
  runs += 1;
  if (ms > slowest.ms) slowest = { ms, target: target.name, seed };
  const slow = { target: target.name, seed, reason: `It took ${ms} ms.`, bytes: inputOf(target, seed) };
  const wrong = fault ?? (ms > SLOW ? slow : undefined);
  if (!wrong) return;
  faults.push(wrong);
  const count = (found.get(target.name) ?? 0) + 1;
  found.set(target.name, count);
  if (count > FEW) return;
  tell(
    `${wrong.target}, seed ${wrong.seed}: ${wrong.reason.slice(0, 2000)}\n${wrong.bytes.toString('base64').slice(0, 4000)}\n`,
  );
}

if (values.seed === undefined) {
  for (let seed = 1; Date.now() < until; seed += 1)
    for (const target of chosen)
      if (seed % (target.name.startsWith('solution') ? DEAR : 1) === 0) await one(target, seed);
} else for (const target of chosen) await one(target, Number(values.seed));
process.stdout.write(
  `${JSON.stringify({ targets: chosen.length, runs, faults: faults.length, slowest, rssMb: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
