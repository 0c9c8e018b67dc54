/** Send ports whose address each message decides: `dynamic` as it is written, checked and compiled. */
import type { Adapter } from '../contracts/adapter.ts';
import type { AllowedAddress, DynamicOption, DynamicPolicy, DynamicSend } from '../contracts/dynamic.ts';
import type { CompiledExpression } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import type { LogicalType } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { compileExpression } from '../expressions/compile.ts';
import { compileAllowed, sampleOf } from './allowed-address.ts';
import { isExpression, toldOfExpression } from './filters.ts';
import { message } from './kinds/message.ts';
import { configOf } from './kinds/transport-options.ts';
import { lost } from './load.ts';
import type { Model } from './model.ts';
import { overlay } from './placed.ts';
import { at, isPlain, textsOf } from './plain.ts';
import { propertyScope } from './property-scope.ts';
import { countFaults, type Placed } from './structure.ts';

export interface Dynamic {
  readonly policy?: DynamicPolicy;
  readonly findings: readonly Finding[];
}

/** With an address that the port might send to, since the adapter wants one; as it is for all others. */
export function addressed({ dynamic }: Adapter, options: Placed): Placed {
  const [pattern] = textsOf(at(options.value, ['dynamic', 'allow']));
  if (!dynamic || pattern === undefined) return options;
  const locate: Placed['locate'] = (_path, part) => options.locate(['dynamic', 'allow', 0], part);
  return overlay(options, { value: { [dynamic.address]: sampleOf(pattern) }, locate });
}

export function dynamicOf(model: Model, adapter: Adapter | undefined, options: Placed): Dynamic {
  const written = at(options.value, ['dynamic']);
  if (!adapter || !isPlain(written)) return { findings: [] };
  const { dynamic } = adapter;
  if (!dynamic) return { findings: [unfit(model, adapter, options)] };
  const findings: Finding[] = [];
  if (at(options.value, [dynamic.address]) !== undefined) findings.push(twoAddresses(options, dynamic));
  const compile = compiler(model, options, findings);
  const address = compile(written['address'], ['dynamic', 'address'], { kind: 'string' });
  const chosen = chosenOptions(adapter, dynamic, options, compile, findings);
  const allow = allowed(dynamic, options, findings);
  if (!address) return { findings };
  return { policy: { kind: dynamic.kind, option: dynamic.address, address, options: chosen, allow }, findings };
}

function unfit(model: Model, { name }: Adapter, options: Placed): Finding {
  const able = [...model.adapters.values()].flatMap((each) => (each.dynamic ? [each.name] : []));
  return invalid(options, ['dynamic'], `${name} ports cannot be dynamic`, `Use one of: ${able.join(', ')}`);
}

function twoAddresses(options: Placed, { address }: DynamicSend): Finding {
  const reason = `"${address}" has no effect: messages decide the address`;
  return invalid(options, [address], reason, `Remove "${address}", or "dynamic"`);
}

type Compile = (value: unknown, path: Path, expected: LogicalType | undefined) => CompiledExpression | undefined;

function compiler(model: Model, options: Placed, findings: Finding[]): Compile {
  const scope = propertyScope(model);
  const certain = !lost(model.loaded, message);
  return (value, path, expected) => {
    if (!isExpression(value)) return undefined;
    const given = { ...(expected ? { expected } : {}), lookups: model.lookups, limit: model.limit };
    const { expression, problems } = compileExpression(String(value), scope, given);
    if (certain) findings.push(...problems.map((problem) => toldOfExpression(problem, options, path)));
    return expression;
  };
}

function chosenOptions(
  adapter: Adapter,
  { options: permitted }: DynamicSend,
  options: Placed,
  compile: Compile,
  findings: Finding[],
): DynamicOption[] {
  const written = at(options.value, ['dynamic', 'options']);
  const schemas = (configOf(adapter, 'send')?.['properties'] ?? {}) as Record<
    string,
    Readonly<Record<string, unknown>>
  >;
  return Object.entries(isPlain(written) ? written : {}).flatMap(([name, value]): DynamicOption[] => {
    const path = ['dynamic', 'options', name];
    const schema = schemas[name];
    if (!permitted.includes(name) || !schema) {
      const values = { key: name, where: '"options" of "dynamic"', known: permitted.join(', ') || 'none' };
      const unknown = { unknown: { name, known: permitted } };
      findings.push(finding('UNKNOWN_KEY', options.locate(path, 'key'), values, unknown));
      return [];
    }
    const expression = compile(value, path, undefined);
    return expression ? [{ name, value: expression, accepts: (given) => countFaults(given, schema) === 0 }] : [];
  });
}

function allowed({ kind }: DynamicSend, options: Placed, findings: Finding[]): AllowedAddress[] {
  return textsOf(at(options.value, ['dynamic', 'allow'])).flatMap((pattern, index): AllowedAddress[] => {
    const made = compileAllowed(kind, pattern);
    if (typeof made !== 'string') return [made];
    const advice = kind === 'url' ? 'Write it as https://*.example.gov.uk/hooks/*' : 'Write it as data/partners/*';
    findings.push(invalid(options, ['dynamic', 'allow', index], `"${pattern}" takes no address: ${made}`, advice));
    return [];
  });
}

const invalid = (options: Placed, path: Path, reason: string, advice: string) =>
  finding('OPTION_INVALID', options.locate(path), { reason, advice });
