/**
 * `npm run demo`: starts the town and the bus, sends 200 reports of all kinds, takes the works system down on the way, and
 * prints an account of where everything ended. Exit code 0 only if the account balances.
 *
 *     node tests/town/demo.ts [seed] [--without-rabbitmq]
 */
import { parseArgs } from 'node:util';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { type Account, accountOf } from './account.ts';
import { endWithNpm } from './end-with-npm.ts';
import { INTERRUPTED, startNorthmoor } from './northmoor.ts';
import { reportsOf } from './reports.ts';
import { type Progress, sendReports, settled } from './send-reports.ts';

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function demo(seed: number, withoutRabbitMq: boolean): Promise<number> {
  const began = performance.now();
  const reports = reportsOf(seed);
  const listeners = { http: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const northmoor = await startNorthmoor({ seed, reports, listeners, withoutRabbitMq, say });
  try {
    const { town, bus } = northmoor;
    say(`Sending ${reports.length} reports (seed ${seed}); the works system is down for 3 s meanwhile ...`);
    await sendReports(town, reports);
    const counts = await settled(town, bus, progressLine());
    if (process.stdout.isTTY) say('');
    const account = accountOf(reports, await town.account(), counts);
    say(describe(account));
    say(`${account.problems.length === 0 ? 'It balances.' : 'It does not balance.'} ${seconds(began)} s in all.`);
    return account.problems.length === 0 ? 0 : 1;
  } finally {
    await northmoor.stop();
  }
}

/** One line that is written over on a terminal; elsewhere a line whenever something has changed. */
function progressLine(): (progress: Progress) => void {
  let last = '';
  return ({ kept, expected, open }) => {
    const text = `  ${kept} of ${expected} kept by the bus, ${open} under way`;
    if (process.stdout.isTTY) process.stdout.write(`\r${text.padEnd(60)}`);
    else if (text !== last) say(text);
    last = text;
  };
}

function describe(account: Account): string {
  const { sent, accepted, delivered, suspended, rejected, duplicates, lost, works, lines, problems } = account;
  const row = (label: string, count: number) => `  ${label.padEnd(44)}${String(count).padStart(5)}`;
  const rows = (label: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => row(`  ${label} ${name}`, count));
  return [
    '',
    row('sent by citizens', sent),
    row('accepted', accepted),
    ...rows('delivered to', delivered),
    ...rows('suspended,', suspended),
    row('  duplicates, answered as the first', duplicates),
    row('rejected at the door', rejected),
    row('lost', lost),
    '',
    row('calls of the works system', works.calls),
    row('  while it was down, and repeated', works.whileDown),
    row('  of what it had, so its number was adopted', works.duplicates),
    row('council tax lines taken / acknowledged', lines.dropped).concat(` / ${lines.acknowledged}`),
    '',
    ...problems.map((problem) => `  ! ${problem}`),
  ].join('\n');
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

try {
  endWithNpm();
  const { positionals, values } = parseArgs({
    options: { 'without-rabbitmq': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  process.exitCode = await demo(Number(positionals[0] ?? 1), values['without-rabbitmq']);
} catch (thrown) {
  if (process.exitCode !== INTERRUPTED) {
    say(reasonOf(thrown));
    process.exitCode = 1;
  }
}
