/**
 * What an orchestration or a map says of itself before it is compiled: its ports, its types. Lets everything around a
 * file with an error be checked as well, so that one fault hides no other.
 */
import type { LogicalPort } from '../contracts/orchestration.ts';
import type { Path, Source } from '../contracts/source.ts';
import { at, isPlain, textOf } from './plain.ts';

/** One use of a logical port by a step. `type` is undefined where the step's message is not declared. */
export interface PortUse {
  readonly port: string;
  readonly as: 'receives' | 'sends';
  readonly type: string | undefined;
  readonly request: boolean;
  readonly activates: boolean;
  /** Of the port's name. */
  readonly path: Path;
}

export interface OrchestrationSketch {
  readonly uses: readonly PortUse[];
  readonly ports: ReadonlyMap<string, LogicalPort>;
}

export function sketchOrchestration(source: Source): OrchestrationSketch {
  const messages = at(source.value, ['messages']);
  const typeOf = (name: unknown) => textOf(name) && textOf(at(messages, [name as string]));
  const uses: PortUse[] = [];
  visit(source.value, [], (key, step, path) => {
    const port = textOf(step['port']);
    if (port === undefined) return;
    const use = { port, path: [...path, 'port'], request: key === 'request', activates: step['activate'] === true };
    if (key === 'receive') uses.push({ ...use, as: 'receives', type: typeOf(step['message']) });
    if (key === 'send') uses.push({ ...use, as: 'sends', type: typeOf(step['message']) });
    if (key === 'request') {
      uses.push({ ...use, as: 'sends', type: typeOf(step['send']) });
      uses.push({ ...use, as: 'receives', type: typeOf(step['response']) });
    }
  });
  return { uses, ports: portsFrom(uses) };
}

function portsFrom(uses: readonly PortUse[]): Map<string, LogicalPort> {
  const typesOf = (of: readonly PortUse[], as: PortUse['as']) => [
    ...new Set(of.filter((use) => use.as === as).flatMap(({ type }) => type ?? [])),
  ];
  const grouped = Map.groupBy(uses, ({ port }) => port);
  return new Map(
    [...grouped].map(([port, of]) => [
      port,
      { receives: typesOf(of, 'receives'), sends: typesOf(of, 'sends'), requests: of.some(({ request }) => request) },
    ]),
  );
}

type Visitor = (key: string, step: Readonly<Record<string, unknown>>, path: Path) => void;

function visit(value: unknown, path: Path, visitor: Visitor): void {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index], visitor);
  if (!isPlain(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (isPlain(inner)) visitor(key, inner, [...path, key]);
    visit(inner, [...path, key], visitor);
  }
}

export interface MapSketch {
  /** Message types in the order of `from`. */
  readonly sources: readonly string[];
  readonly target: string | undefined;
}

export function sketchMap(source: Source): MapSketch {
  const from = at(source.value, ['from']);
  const sources = isPlain(from) ? Object.values(from).filter((type) => typeof type === 'string') : [];
  return { sources, target: textOf(at(source.value, ['to'])) };
}
