/** The county council: empties its intake folder of JSON files, one report a file. */
import { emptyFolder } from './inbox.ts';
import { openJournal } from './journal.ts';
import { runSystem, type System } from './system.ts';

interface Options {
  readonly folder: string;
  /** Where files are noted as they are taken. */
  readonly journal?: string;
}

function open({ folder, journal }: Options): System {
  const reports = new Map<string, number>();
  const strange: string[] = [];
  const note = openJournal(journal);
  const stop = emptyFolder(folder, '.json', (name, text) => {
    const reference = referenceIn(text);
    note(reference === undefined ? { strange: name } : { reference, key: name });
    if (reference === undefined) strange.push(name);
    else reports.set(reference, (reports.get(reference) ?? 0) + 1);
  });
  return {
    account: () => ({ reports: [...reports].map(([reference, files]) => ({ reference, files })), strange }),
    stop,
  };
}

function referenceIn(text: string): string | undefined {
  try {
    const { reference } = JSON.parse(text) as { reference?: unknown };
    return typeof reference === 'string' ? reference : undefined;
  } catch {
    return undefined; // Not JSON: counted as strange.
  }
}

await runSystem(open);
