/**
 * The council-tax system: drops a CSV file of changes when told to (Windows line ends, leading zeros, first under another
 * name and then renamed), and reads acknowledgements back from a folder.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder } from './inbox.ts';
import { openJournal, readJournal } from './journal.ts';
import { chanceOf } from './random.ts';
import { runSystem, type System } from './system.ts';

interface Options {
  readonly seed: number;
  readonly out: string;
  readonly in: string;
  /** Where files are noted as they are dropped, and acknowledgements as they come. */
  readonly journal?: string;
}

interface Change {
  readonly account: string;
  readonly uprn: string;
  readonly change: string;
  readonly effective: string;
}

const HEADER = 'account,uprn,name,change,effective,amount,remarks';
const CHANGES = ['moved-in', 'moved-out', 'band', 'discount'];
const NAMES = ['Ashdown, P', 'Birtwhistle, Q', "O'Dell, R", 'Jones-Ng, "Bo"', 'Müller, S', 'Vane, T'];

function open(options: Options): System {
  const chance = chanceOf(options.seed);
  const dropped: Change[] = [];
  const acknowledged = new Map<string, number>();
  const strange: string[] = [];
  const note = openJournal(options.journal);
  let files = 0;
  for (const { file, changes } of readJournal<{ file?: string; changes?: Change[] }>(options.journal)) {
    if (file === undefined) continue;
    files += 1;
    dropped.push(...changes!);
  }
  mkdirSync(options.out, { recursive: true });

  function drop(rows: number): void {
    const lines = Array.from({ length: rows }, () => {
      const change = madeUp(dropped.length);
      dropped.push(change);
      const name = `"${chance.pick(NAMES).replaceAll('"', '""')}"`;
      const amount = (chance.below(200_000) / 100 - 1000).toFixed(2);
      return [change.account, change.uprn, name, change.change, change.effective, amount, ''].join(',');
    });
    files += 1;
    const name = `CTX${String(files).padStart(4, '0')}`;
    note({ file: name, changes: dropped.slice(-rows) });
    const half = join(options.out, `.${name}.part`);
    writeFileSync(half, `${[HEADER, ...lines].join('\r\n')}\r\n`);
    renameSync(half, join(options.out, `${name}.csv`));
  }

  function madeUp(index: number): Change {
    const account = String(1000 + index * 7).padStart(8, '0');
    const uprn = String(10_008_900_000 + chance.below(10_000)).padStart(12, '0');
    const day = String(1 + chance.below(28)).padStart(2, '0');
    return { account, uprn, change: CHANGES[index % CHANGES.length]!, effective: `2026-11-${day}` };
  }

  const stop = emptyFolder(options.in, '.csv', (name, text) => {
    for (const line of text.split(/\r?\n/).slice(1)) {
      if (line === '') continue;
      const [account, uprn] = line.split(',').map((value) => value.replaceAll('"', ''));
      const known = dropped.find((change) => change.account === account && change.uprn === uprn);
      note(known ? { account: known.account, key: name } : { strange: `${name}: ${line}` });
      if (known) acknowledged.set(known.account, (acknowledged.get(known.account) ?? 0) + 1);
      else strange.push(`${name}: ${line}`);
    }
  });

  return {
    account: () => ({
      files,
      dropped: dropped.map(({ account, change }) => ({ account, change })),
      acknowledged: [...acknowledged].map(([account, times]) => ({ account, times })),
      strange,
    }),
    control: ({ drop: rows }) => drop(Number(rows)),
    stop,
  };
}

await runSystem(open);
