/**
 * A store as a restart would find it, to be moved: whoever held a lease is gone, so that what was leased is ready in its old
 * order. Instants are whole, and no history is written as nothing, since not every store can hold them otherwise.
 */
import type { TransferKind, TransferRow, TransferSource, TransferValue } from './transfer.ts';

/** The same rows on every reading, whatever store they come from. */
export function atRest(source: TransferSource): TransferSource {
  return {
    path: source.path,
    rows: (kind) => rested(kind, source),
    close: () => source.close(),
  };
}

async function* rested(kind: TransferKind, source: TransferSource): AsyncGenerator<TransferRow[]> {
  const change = kind.name === 'deliveries' ? releasing(kind) : (row: TransferRow) => row;
  const events = kind.columns.indexOf('events');
  for await (const rows of source.rows(kind)) {
    yield rows.map((row) => change(row).map((value, column) => plain(value, column === events)));
  }
}

function plain(value: TransferValue, isEvents: boolean): TransferValue {
  if (typeof value === 'number') return Math.round(value);
  return isEvents && value === '[]' ? null : value;
}

function releasing({ columns }: TransferKind): (row: TransferRow) => TransferRow {
  const [state, exposed, due, rank] = ['state', 'exposed', 'due', 'rank'].map((name) => columns.indexOf(name));
  return (row) => {
    if (row[state!] !== 'leased' || row[exposed!] !== 1) return row;
    return row.with(state!, 'ready').with(due!, row[rank!]!);
  };
}
