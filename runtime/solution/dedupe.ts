/** What identifies a receipt at a location: `dedupe` as it is written, checked and compiled. */
import type { DedupePolicy } from '../contracts/deployment.ts';
import { parseDuration } from '../contracts/duration.ts';
import type { CompiledExpression, Scope } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import { finding } from '../errors/finding.ts';
import { compileExpression } from '../expressions/compile.ts';
import { isExpression, toldOfExpression } from './filters.ts';
import type { Flows } from './flows.ts';
import { message } from './kinds/message.ts';
import { lost } from './load.ts';
import type { Model } from './model.ts';
import { at, isPlain, textOf, textsOf } from './plain.ts';
import type { WrittenLocation } from './ports.ts';
import { propertyScope } from './property-scope.ts';

export interface Dedupe {
  readonly policy: DedupePolicy;
  readonly findings: readonly Finding[];
}

/** `keys`: for how long (ms) the bus keeps keys at all. */
export function dedupeOf(model: Model, flows: Flows, location: WrittenLocation, keys: number): Dedupe {
  const written = at(location.options.value, ['dedupe']);
  if (!isPlain(written)) return { policy: { properties: textsOf(written) }, findings: [] };
  const findings: Finding[] = [];
  const key = keyOf(model, flows, location, findings);
  const text = textOf(written['window']);
  const window = text === undefined ? undefined : parseDuration(text);
  if (window !== undefined && window > keys) {
    const values = { window: text, keys: `${keys / 86_400_000}d` };
    findings.push(finding('DEDUPE_WINDOW', location.options.locate(['dedupe', 'window']), values));
  }
  const policy = {
    properties: textsOf(written['by']),
    ...(key ? { key } : {}),
    ...(window === undefined ? {} : { window }),
  };
  return { policy, findings };
}

function keyOf(
  model: Model,
  flows: Flows,
  { options, port }: WrittenLocation,
  findings: Finding[],
): CompiledExpression | undefined {
  const path = ['dedupe', 'key'];
  const written = at(options.value, path);
  if (!isExpression(written)) return undefined;
  const scope = scopeOf(model, flows.published.get(port) ?? []);
  const { expression, problems } = compileExpression(String(written), scope, {
    lookups: model.lookups,
    limit: model.limit,
  });
  if (!lost(model.loaded, message))
    findings.push(...problems.map((problem) => toldOfExpression(problem, options, path)));
  return expression;
}

/** The properties, and the document as `body`: typed where only one type comes of the port. */
function scopeOf(model: Model, types: readonly string[]): Scope {
  const only = types.length === 1 ? model.schemas.find(types[0]!) : undefined;
  return new Map([...propertyScope(model), ['body', only?.document ?? { kind: 'any' }]]);
}
