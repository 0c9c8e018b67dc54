/** What the council-tax system has dropped, line by line, from its own journal: taken once its file has left the folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '../town/journal.ts';
import type { Town } from '../town/town.ts';
import type { Receipt } from './evidence.ts';

interface Dropped {
  readonly file?: string;
  readonly changes?: readonly { readonly account: string; readonly change: string }[];
}

export function taxReceipts(town: Town): Receipt[] {
  const out = town.folders['council-tax-out'];
  return readJournal<Dropped>(town.journal('council-tax')).flatMap(({ file, changes = [] }) => {
    const accepted = file !== undefined && !existsSync(join(out, `${file}.csv`));
    return changes.map(({ account, change }): Receipt => {
      const moves = change.startsWith('moved-') ? ['contact-centre council-tax-move'] : [];
      const ends = ['council-tax acknowledgement', ...moves];
      return { tag: account, kind: change, channel: 'council-tax', accepted, ends };
    });
  });
}
