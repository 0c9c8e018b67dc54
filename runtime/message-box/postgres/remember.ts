/** After a commit: what this process knows by it, so that it need not ask. */
import type { Message } from '../../contracts/message.ts';
import type { DeliveryRow, MessageRef, OwnerRow } from '../tables.ts';
import type { Leases } from './leases.ts';
import type { Messages } from './messages.ts';
import type { Mirror } from './mirror.ts';
import type { KnownParts } from './parts.ts';
import type { WorkingSet } from './working-set.ts';
import { mirrorChange } from './write-routing.ts';

export interface Memory {
  readonly mirror: Mirror;
  readonly leases: Leases;
  readonly messages: Messages;
  readonly known: KnownParts;
  readonly held: Map<string, OwnerRow>;
}

export function remember({ changes, loaded }: WorkingSet, memory: Memory): void {
  const { mirror, messages, known, held } = memory;
  const change = mirrorChange(changes, mirror);
  if (change) mirror.changed(change);
  for (const [identity, { seq }] of changes.messages.newParts) known.set(identity, seq);
  for (const [ref, { message, replaces }] of changes.messages.put) {
    if (replaces) messages.forget(ref);
    else messages.stored(ref, message);
  }
  for (const ref of changes.messages.released) messages.forget(ref);
  for (const [name, row] of [...loaded.owners, ...changes.owners]) {
    if (row && row.host !== null) held.set(name, row);
    else held.delete(name);
  }
  rememberLeases(changes.deliveries, (ref) => changes.messages.put.get(ref)?.message, memory.leases);
}

type Rows = Pick<WorkingSet['changes']['deliveries'], 'before' | 'after'>;

function rememberLeases(
  { before, after }: Rows,
  message: (ref: MessageRef) => Message | undefined,
  leases: Leases,
): void {
  for (const row of before.values()) if (after.get(row.seq) !== row) leases.remove(row.seq);
  for (const row of after.values()) if (!before.has(row.seq) && row.state === 'leased') leases.add(row, messageOf(row));

  function messageOf({ message: ref }: DeliveryRow): Message | undefined {
    return ref === null ? undefined : message(ref);
  }
}
