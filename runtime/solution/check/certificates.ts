/** Checks the certificates that ports name, in files or secrets: that they can be read, are of these days, and fit their keys. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Direction, JsonSchema } from '../../contracts/adapter.ts';
import type { Instant } from '../../contracts/clock.ts';
import type { Finding, Location } from '../../contracts/finding.ts';
import type { Path } from '../../contracts/source.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { finding } from '../../errors/finding.ts';
import { configOf } from '../kinds/transport-options.ts';
import type { Model } from '../model.ts';
import { at, isPlain, textOf } from '../plain.ts';
import type { Secrets } from '../secrets.ts';
import type { Placed } from '../structure.ts';

export interface CertificateSources {
  /** The text of a file of the solution; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  readonly secrets: Secrets;
  /** Without it nobody knows which certificates are of these days. */
  readonly now: Instant | undefined;
}

export function checkCertificates(model: Model, sources: CertificateSources): Finding[] {
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  return [
    ...locations.flatMap(({ options }) => checkOptions(model, options, 'receive', sources)),
    ...model.ports.allSend.flatMap(({ options }) => checkOptions(model, options, 'send', sources)),
  ];
}

function checkOptions(model: Model, options: Placed, direction: Direction, sources: CertificateSources): Finding[] {
  const adapter = model.adapters.get(textOf(at(options.value, ['transport'])) ?? '');
  const schema = adapter && configOf(adapter, direction);
  if (!schema) return [];
  return named(schema, options.value, [], undefined).flatMap((each) =>
    checkOne(each, options.locate(each.path), sources),
  );
}

interface Named {
  /** A file, or `{ secret: NAME }`. */
  readonly source: unknown;
  readonly path: Path;
  /** The options beside it. */
  readonly around: Readonly<Record<string, unknown>> | undefined;
}

/** The options that the transport's schema marks with the format `certificate`. */
function named(schema: JsonSchema, value: unknown, path: Path, around: Named['around']): Named[] {
  if (schema['format'] === 'certificate') return value === undefined ? [] : [{ source: value, path, around }];
  const { items, properties } = schema;
  if (Array.isArray(value)) {
    return isPlain(items) ? value.flatMap((each, index) => named(items, each, [...path, index], undefined)) : [];
  }
  if (!isPlain(value) || !isPlain(properties)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const of = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return isPlain(of) ? named(of, inner, [...path, key], value) : [];
  });
}

function checkOne({ source, around }: Named, place: Location, sources: CertificateSources): Finding[] {
  try {
    const text = typeof source === 'string' ? sources.read(source) : secretIn(source, sources);
    if (text === undefined) {
      // A secret that is not set is told of as one.
      return typeof source === 'string' ? [finding('MISSING_FILE', place, { path: source })] : [];
    }
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0) throw new Error('it holds no certificate in PEM form');
    const certificates = blocks.map((block) => new X509Certificate(block));
    return [
      ...certificates.flatMap((certificate) => ofTheseDays(certificate, place, sources.now)),
      ...fitting(certificates[0]!, around, place, sources),
    ];
  } catch (thrown) {
    return [finding('CERTIFICATE_INVALID', place, { reason: reasonOf(thrown).replace(/\.$/, '') })];
  }
}

function secretIn(value: unknown, { secrets }: CertificateSources): string | undefined {
  const name = textOf(at(value, ['secret']));
  return name === undefined ? undefined : secrets(name);
}

/** How long (ms) before its end it is told: time for whoever issues the next. */
const AHEAD = 30 * 24 * 3_600_000;

function ofTheseDays(certificate: X509Certificate, place: Location, now: Instant | undefined): Finding[] {
  if (now === undefined) return [];
  const { subject, validFromDate, validToDate } = certificate;
  const name = /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
  const [from, until] = [validFromDate, validToDate].map((date) => date.toISOString().slice(0, 10));
  const values = { name, from, until };
  const warning = { severity: 'warning' } as const;
  if (now < validFromDate.getTime() || now > validToDate.getTime())
    return [finding('CERTIFICATE_EXPIRED', place, values, warning)];
  return now > validToDate.getTime() - AHEAD ? [finding('CERTIFICATE_EXPIRES', place, values, warning)] : [];
}

function fitting(
  certificate: X509Certificate,
  around: Named['around'],
  place: Location,
  sources: CertificateSources,
): Finding[] {
  const key = secretIn(around?.['key'], sources);
  if (key === undefined) return [];
  const passphrase = secretIn(around?.['passphrase'], sources);
  try {
    const opened = createPrivateKey(passphrase === undefined ? key : { key, passphrase });
    return certificate.checkPrivateKey(opened) ? [] : [finding('CERTIFICATE_KEY_UNFIT', place, {})];
  } catch (thrown) {
    return [finding('CERTIFICATE_INVALID', place, { reason: `its key cannot be read: ${reasonOf(thrown)}` })];
  }
}
