/** Checks that every secret that a port names is set. */
import type { Finding } from '../../contracts/finding.ts';
import type { Path } from '../../contracts/source.ts';
import { finding } from '../../errors/finding.ts';
import type { Model } from '../model.ts';
import { isPlain } from '../plain.ts';
import type { Secrets } from '../secrets.ts';

/** `severity`: a warning where the solution is only looked at or tested, not run. */
export function checkSecrets(model: Model, secrets: Secrets, severity: Finding['severity']): Finding[] {
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  return [...locations, ...model.ports.allSend].flatMap(({ options }) =>
    namedIn(options.value, [])
      .filter(({ name }) => secrets(name) === undefined)
      .map(({ name, path }) => finding('SECRET_MISSING', options.locate(path), { name }, { severity })),
  );
}

interface Named {
  readonly name: string;
  readonly path: Path;
}

/** Every `{ secret: NAME }` at any depth. */
function namedIn(value: unknown, path: Path): Named[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => namedIn(item, [...path, index]));
  if (!isPlain(value)) return [];
  const { secret } = value;
  if (typeof secret === 'string' && Object.keys(value).length === 1)
    return [{ name: secret, path: [...path, 'secret'] }];
  return Object.entries(value).flatMap(([key, inner]) => namedIn(inner, [...path, key]));
}
