/** The owners of names, and the current definition, of the memory store. */
import type { OwnerRow, Tables } from '../tables.ts';
import type { Journal } from './journal.ts';

export function createOwners(
  journal: Journal,
): Pick<Tables, 'owner' | 'putOwner' | 'owners' | 'current' | 'putCurrent'> {
  const owners = new Map<string, OwnerRow>();
  const current = new Map<'hash', string>();
  return {
    owner: (name) => owners.get(name),
    putOwner: (row) => journal.set(owners, row.name, row),
    owners: () => [...owners.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    current: () => current.get('hash'),
    putCurrent: (hash) => journal.set(current, 'hash', hash),
  };
}
