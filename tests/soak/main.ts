/**
 * `npm run soak -- [--minutes N] [--seed S] [--rate R]`: every message takes all transports in turn while links break and servers
 * restart; then all is counted, and a line is fitted to the memory and the handles of the bus. Progress goes to standard error, one
 * line of JSON to standard output. Exit code 0 only if the account balances and, in runs of eight minutes or more, nothing grows.
 */
import { parseArgs } from 'node:util';
import { endWithNpm } from '../town/end-with-npm.ts';
import { runSoak } from './run-soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rate: { type: 'string', default: '8' },
  },
});

const tell = (line: string) => void process.stderr.write(`${line}\n`);

function numberOf(name: keyof typeof values): number {
  const number = Number(values[name]);
  if (Number.isFinite(number) && number > 0) return number;
  tell(`--${name} is a number above 0, not ${values[name]}.`);
  process.exit(2);
}

endWithNpm();
const result = await runSoak({ minutes: numberOf('minutes'), seed: numberOf('seed'), rate: numberOf('rate'), tell });
for (const problem of result.problems) tell(problem);
process.stdout.write(`${JSON.stringify(result)}\n`);
if (result.folder !== undefined) tell(`Logs and the store are in ${result.folder}`);
process.exit(result.problems.length === 0 ? 0 : 1);
