/** Checks that port names are unique over all applications: subscriptions and addresses know ports by name alone. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { freeName } from '../free-name.ts';
import { application } from '../kinds/application.ts';
import { type Loaded, ofKind } from '../load.ts';
import { portOwners } from '../port-owners.ts';

export function checkPortNames(loaded: Loaded): Finding[] {
  const { owners, copies } = portOwners(ofKind(loaded, application));
  return copies.map(({ name, at }) => {
    const first = owners.get(name)!.at;
    const values = { what: 'port', name, first: `${first.file}:${first.line}:${first.column}` };
    return finding('DUPLICATE_NAME', at, values, { suggestion: freeName(name, owners.keys()) });
  });
}
