/**
 * A store as rows, to move all of it to another store: every kind in its columns, in the order of its key, in batches. The
 * columns are the words of this page, whatever a store calls its own; ids and orders are kept. A store that offers these can
 * be moved from and to.
 */
import { createHash, type Hash } from 'node:crypto';

/** Instants and flags are numbers, lists and contexts the JSON that message-row.ts tells of, bytes bytes. */
export type TransferValue = string | number | null | Uint8Array;
export type TransferRow = readonly TransferValue[];

export interface TransferKind {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns by which rows are ordered, and which no two rows share. */
  readonly key: readonly string[];
}

const kind = (name: string, columns: string, key = 'seq'): TransferKind => {
  return { name, columns: columns.split(' '), key: key.split(' ') };
};

/** In the order in which they are written. Owners stay behind: whoever held something no longer runs. */
export const TRANSFERRED: readonly TransferKind[] = [
  kind('definitions', 'hash name content', 'hash'),
  kind('deployed', 'slot hash', 'slot'),
  kind('subscriptions', 'seq id subscriber instance predicate ordering'),
  kind('stopped', 'subscriber since', 'subscriber'),
  kind('watermarks', 'name value at', 'name'),
  kind('parts', 'seq bytes refs chunks'),
  kind('chunks', 'part number bytes', 'part number'),
  kind('messages', 'seq id interchange type at response_to context parts body events'),
  kind('keys', 'scope key message at', 'scope key'),
  kind('instances', 'seq id program status started_at changed_at body'),
  kind(
    'deliveries',
    'seq message timer signal subscriber subscription instance lane state attempt token rank due since code reason resumable exposed gap events',
  ),
  kind('history', 'seq name at message instance port data'),
];

export interface TransferSource {
  /** The store, for messages; without a password. */
  readonly path: string;
  /** All rows of a kind, in order; a batch is a few megabytes at most. */
  rows(kind: TransferKind): AsyncIterable<readonly TransferRow[]>;
  close(): Promise<void>;
}

export interface TransferTarget extends TransferSource {
  write(kind: TransferKind, rows: readonly TransferRow[]): Promise<void>;
  /** All that was written is durable, and the store goes on counting where its rows end. */
  finish(): Promise<void>;
  /** It holds what it should, and is a store from now on. Closed without that, it leaves nothing that a bus would open. */
  accept(): Promise<void>;
}

export interface Transferred {
  readonly counts: Readonly<Record<string, number>>;
  /** Kinds whose rows are not the same on both sides, in words; empty when the copy is exact. */
  readonly problems: readonly string[];
}

/** `told`: how far it has come. The target is read again in the end and compared row by row with what was read of the source. */
export async function transfer(
  source: TransferSource,
  target: TransferTarget,
  told: (kind: string, rows: number) => void = () => {},
): Promise<Transferred> {
  const digests = new Map<string, Digest>();
  for (const kind of TRANSFERRED) {
    const digest = createDigest();
    for await (const rows of source.rows(kind)) {
      await target.write(kind, rows);
      digest.add(rows);
    }
    digests.set(kind.name, digest);
    told(kind.name, digest.count);
  }
  await target.finish();
  const compared = await compare(digests, target);
  if (compared.problems.length === 0) await target.accept();
  return compared;
}

async function compare(digests: ReadonlyMap<string, Digest>, target: TransferSource): Promise<Transferred> {
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  for (const kind of TRANSFERRED) {
    const expected = digests.get(kind.name)!;
    const found = createDigest();
    for await (const rows of target.rows(kind)) found.add(rows);
    counts[kind.name] = expected.count;
    if (found.count !== expected.count) problems.push(`${kind.name}: ${found.count} rows of ${expected.count}`);
    else if (found.text() !== expected.text()) problems.push(`${kind.name}: the rows differ`);
  }
  return { counts, problems };
}

interface Digest {
  add(rows: readonly TransferRow[]): void;
  readonly count: number;
  text(): string;
}

function createDigest(): Digest {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add: (rows) => {
      for (const row of rows) for (const value of row) addValue(hash, value);
      count += rows.length;
    },
    get count() {
      return count;
    },
    text: () => hash.copy().digest('hex'),
  };
}

/** With its type and its length before it, so that no two rows look alike. */
function addValue(hash: Hash, value: TransferValue): void {
  if (value === null) hash.update('n;');
  else if (typeof value === 'number') hash.update(`d${value};`);
  else {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    hash.update(`${typeof value === 'string' ? 's' : 'b'}${bytes.byteLength};`).update(bytes);
  }
}
