/** Checks that port names are unique over all applications: subscriptions and addresses know ports by name alone. */
import type { Finding, Location } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { application } from '../kinds/application.ts';
import { type Loaded, ofKind } from '../load.ts';
import { at, mappingsIn } from '../plain.ts';

export function checkPortNames(loaded: Loaded): Finding[] {
  const first = new Map<string, Location>();
  const named = ofKind(loaded, application).flatMap(({ source }) =>
    ['receivePorts', 'sendPorts'].flatMap((key) =>
      mappingsIn(at(source.value, [key])).map(([name]) => ({ name, at: source.locate([key, name], 'key') })),
    ),
  );
  return named.flatMap(({ name, at: place }) => {
    const earlier = first.get(name);
    if (!earlier) {
      first.set(name, place);
      return [];
    }
    const values = { what: 'port', name, first: `${earlier.file}:${earlier.line}:${earlier.column}` };
    return [finding('DUPLICATE_NAME', place, values)];
  });
}
