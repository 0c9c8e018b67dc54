/** Checks that every secret that the bus or a port names is set. */
import type { Finding } from '../../contracts/finding.ts';
import type { Path } from '../../contracts/source.ts';
import { finding } from '../../errors/finding.ts';
import { nearest } from '../../errors/nearest.ts';
import { writtenBus } from '../bus-config.ts';
import { pipeline } from '../kinds/pipeline.ts';
import { ofKind } from '../load.ts';
import type { Model } from '../model.ts';
import { isPlain } from '../plain.ts';
import type { Secrets } from '../secrets.ts';
import type { Placed } from '../structure.ts';

/** Where secrets come from, and with it what may have been meant. */
export interface SecretPlaces {
  /** The names that are set in the environment. */
  readonly set: readonly string[];
  /** The secrets folder, relative to the solution's. */
  readonly folder: string | undefined;
}

/** `severity`: a warning where the solution is only looked at or tested, not run. */
export function checkSecrets(
  written: readonly Placed[],
  secrets: Secrets,
  places: SecretPlaces,
  severity: Finding['severity'],
): Finding[] {
  return written.flatMap((options) =>
    namedIn(options.value, [])
      .filter(({ name }) => secrets(name) === undefined)
      .map(({ name, path }) => {
        const suggestion = nearest(name, places.set, ALIKE) ?? toSet(name, places);
        return finding('SECRET_MISSING', options.locate(path), { name }, { severity, suggestion });
      }),
  );
}

/** Where secrets may be named: the bus, the locations, the send ports and the pipelines. */
export function secretUses({ loaded, ports }: Model, environment: string | undefined): Placed[] {
  const locations = ports.allReceive.flatMap((port) => port.locations);
  const pipelines = ofKind(loaded, pipeline).map(({ source }) => ({ value: source.value, locate: source.locate }));
  return [
    writtenBus(loaded, environment),
    ...[...locations, ...ports.allSend].map(({ options }) => options),
    ...pipelines,
  ];
}

/** Names of secrets share long words: what differs in more than a quarter is another secret. */
const ALIKE = 1 / 4;

const toSet = (name: string, { folder }: SecretPlaces) =>
  `to set it: ${name}=<value> in the environment${folder ? `, or the value in ${folder}/${name}` : ''}`;

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
