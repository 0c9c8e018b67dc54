/** Checks that files which ports refer to exist, and that no HTTP path and method is served twice. */
import type { Direction, JsonSchema } from '../../contracts/adapter.ts';
import type { Finding, Location } from '../../contracts/finding.ts';
import type { Path } from '../../contracts/source.ts';
import { finding } from '../../errors/finding.ts';
import { configOf } from '../kinds/transport-options.ts';
import type { Model } from '../model.ts';
import { at, isPlain, textOf } from '../plain.ts';
import type { WrittenLocation } from '../ports.ts';
import type { Placed } from '../structure.ts';

export type Exists = (path: string) => boolean;

export function checkFiles(model: Model, exists: Exists): Finding[] {
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  const receive = locations.flatMap(({ options }) => missingFiles(model, options, 'receive', exists));
  const send = model.ports.allSend.flatMap(({ options }) => missingFiles(model, options, 'send', exists));
  return [...receive, ...send, ...pathsUsedTwice(model)];
}

function missingFiles(model: Model, options: Placed, direction: Direction, exists: Exists): Finding[] {
  return valuesWith('solution-path', model, options, direction)
    .filter(({ text }) => !model.files.has(text.replace(/^\.\//, '')) && !exists(text))
    .map(({ text, path }) =>
      finding(
        'MISSING_FILE',
        options.locate(path),
        { path: text },
        { unknown: { name: text, known: model.files.keys() } },
      ),
    );
}

interface Formatted {
  readonly text: string;
  readonly path: Path;
}

/** The options that the transport's schema marks with a format. */
function valuesWith(format: string, model: Model, options: Placed, direction: Direction): Formatted[] {
  const adapter = model.adapters.get(textOf(at(options.value, ['transport'])) ?? '');
  const schema = adapter && configOf(adapter, direction);
  return schema ? formatted(schema, options.value, [], format) : [];
}

function formatted(schema: JsonSchema, value: unknown, path: Path, format: string): Formatted[] {
  if (typeof value === 'string') return schema['format'] === format ? [{ text: value, path }] : [];
  if (Array.isArray(value)) {
    const items = schema['items'];
    return isPlain(items) ? value.flatMap((item, index) => formatted(items, item, [...path, index], format)) : [];
  }
  const properties = schema['properties'];
  if (!isPlain(value) || !isPlain(properties)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const of = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return isPlain(of) ? formatted(of, inner, [...path, key], format) : [];
  });
}

interface Route {
  readonly path: string;
  /** Empty: all. */
  readonly methods: readonly string[];
  readonly place: Path;
}

/** As the transport tells, or the options marked `http-path`, or by custom one that is called `path` and begins with a slash. */
function routesOf(model: Model, { port, name, options }: WrittenLocation): Route[] {
  const served = model.served.get(`${port}/${name}`);
  if (served) return served.routes.map(({ path, methods, option }) => ({ path, methods, place: option.split('.') }));
  const marked = valuesWith('http-path', model, options, 'receive');
  const path = textOf(at(options.value, ['path']));
  const found = marked.length === 0 && path?.startsWith('/') ? [{ text: path, path: ['path'] }] : marked;
  return found.map(({ text, path: place }) => ({ path: text, methods: [], place }));
}

/** Two locations may serve one path by different methods. */
function pathsUsedTwice(model: Model): Finding[] {
  const first = new Map<
    string,
    { readonly place: Location; readonly methods: readonly string[]; readonly of: object }[]
  >();
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  return locations.flatMap((location) =>
    routesOf(model, location).flatMap(({ path, methods, place: option }) => {
      const key = (path.replace(/\/+$/, '') || '/').replace(/\{[^{}]*\}/g, '{}');
      const place = location.options.locate(option);
      const known = first.get(key) ?? [];
      first.set(key, [...known, { place, methods, of: location }]);
      const earlier = known.find((other) => other.of !== location && overlap(other.methods, methods))?.place;
      const where = earlier && `${earlier.file}:${earlier.line}:${earlier.column}`;
      return where ? [finding('PATH_USED_TWICE', place, { path, first: where })] : [];
    }),
  );
}

const overlap = (some: readonly string[], others: readonly string[]) =>
  some.length === 0 || others.length === 0 || some.some((method) => others.includes(method));
