/** The compiler of one file: collects blocks, ports, awaits and findings while the shapes are compiled. */
import { meantDuration, parseDuration } from '../contracts/duration.ts';
import type { ExpressionProblem, LookupTables, WorkLimit } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { RuleTable } from '../contracts/rules.ts';
import type { Field, LogicalType, SchemaSet } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { compileExpression } from '../expressions/compile.ts';
import { compilePredicate } from '../expressions/predicate.ts';
import { collectUses, type Uses } from './collect-uses.ts';
import { compileStep } from './compile-step.ts';
import type { Compiler } from './compiler.ts';
import { type Declarations, nameProblem } from './declarations.ts';
import { findField } from './find-field.ts';
import { namesIn } from './names-in.ts';
import { type Awaited, awaitKey, blockId, type CompiledShape, type Formula } from './program.ts';
import type { Reader } from './reader.ts';

export interface CompileContext {
  readonly schemas: SchemaSet;
  readonly maps: ReadonlyMap<string, MapProgram>;
  readonly lookups: LookupTables;
  /** Of each evaluation. */
  readonly limit?: WorkLimit | undefined;
  readonly version: string;
  /** Decision tables by name. */
  readonly tables?: ReadonlyMap<string, RuleTable>;
}

export interface Collected {
  readonly compiler: Compiler;
  readonly blocks: Map<string, readonly CompiledShape[]>;
  readonly shapes: Map<string, CompiledShape>;
  readonly awaits: Map<string, Awaited>;
  readonly sources: Map<string, Set<string>>;
  readonly uses: Uses;
}

const ANY: LogicalType = { kind: 'any' };
const TEXT: Field = { type: { kind: 'string' }, required: true };

/** `error` in a handler. */
const ERROR: LogicalType = {
  kind: 'object',
  open: false,
  fields: () =>
    new Map<string, Field>([
      ['name', TEXT],
      ['code', TEXT],
      ['reason', TEXT],
      ['port', TEXT],
      ['detail', { type: ANY, required: false }],
    ]),
};

export function createCompiler(
  source: Source,
  declared: Declarations,
  reader: Reader,
  findings: Finding[],
  context: CompileContext,
): Collected {
  const { schemas } = context;
  const blocks = new Map<string, readonly CompiledShape[]>();
  const shapes = new Map<string, CompiledShape>();
  const awaits = new Map<string, Awaited>();
  const sources = new Map([...declared.correlations.keys()].map((name) => [name, new Set<string>()]));
  const { uses, ...using } = collectUses();
  const names = new Map<string, LogicalType>([
    ...[...declared.messages].map(([name, type]): [string, LogicalType] => [name, schemas.find(type)?.document ?? ANY]),
    ...declared.variables,
  ]);
  let handlers = 0;

  function refuse(path: Path, { message, offset, help, suggestion }: ExpressionProblem): undefined {
    const values = { reason: message.replace(/\.$/, ''), advice: help };
    const at = source.locate(path, 'value', offset);
    findings.push(finding('EXPRESSION_INVALID', at, values, suggestion === undefined ? {} : { suggestion }));
  }

  function formula(value: unknown, path: Path, expected?: LogicalType): Formula | undefined {
    if (value === undefined) return undefined; // The key that is missing is told already.
    if (value === null || typeof value === 'object') return reader.text(value, path) as undefined;
    const text = String(value);
    const scope = handlers > 0 ? new Map([...names, ['error', ERROR] as const]) : names;
    const options = { lookups: context.lookups, limit: context.limit, ...(expected ? { expected } : {}) };
    const { expression, problems } = compileExpression(text, scope, options);
    for (const problem of problems) refuse(path, problem);
    return expression && { expression, names: namesIn(text, scope.keys()), path };
  }

  function block(value: unknown, path: Path, where?: 'handler'): string {
    handlers += where === 'handler' ? 1 : 0;
    const steps = value === undefined ? [] : reader.list(value, path);
    const compiled = steps.flatMap((step, index) => compileStep(step, [...path, index], compiler, source) ?? []);
    handlers -= where === 'handler' ? 1 : 0;
    for (const shape of compiled) shapes.set(shape.id, shape);
    blocks.set(blockId(path), compiled);
    return blockId(path);
  }

  function naming<T>(name: string, type: LogicalType, path: Path, compile: () => T): T {
    const taken = names.has(name) ? 'a message, a variable or an outer for-each has it already' : nameProblem(name);
    if (taken !== undefined) {
      reader.report('NAME_INVALID', path, { name, what: 'item', reason: taken });
      return compile();
    }
    names.set(name, type);
    const result = compile();
    names.delete(name);
    return result;
  }

  const promotedBy = (message: string) => schemas.find(declared.messages.get(message) ?? '')?.promotes;
  const missingProperties = (set: string, message: string) => {
    const promotes = promotedBy(message);
    return promotes ? declared.correlations.get(set)!.filter((property) => !promotes.includes(property)) : [];
  };

  /** Another set, whose properties the message has. */
  const ableSet = (message: string, not: readonly string[]) => {
    const able = [...declared.correlations].find(
      ([set, properties]) =>
        !not.includes(set) && properties.length > 0 && missingProperties(set, message).length === 0,
    );
    return able ? { suggestion: able[0] } : {};
  };

  const compiler: Compiler = {
    ...reader,
    ...using,
    messages: declared.messages,
    correlations: declared.correlations,
    variables: declared.variables,
    maps: context.maps,
    formula,
    block,
    inHandler: () => handlers > 0,
    naming,

    promotes: (set, message) => {
      if (!promotedBy(message)) return 'unknown';
      return missingProperties(set, message).length === 0 ? 'yes' : 'no';
    },

    message: (value, path) => {
      const name = reader.text(value, path);
      if (name === undefined || declared.messages.has(name)) return name;
      const options = { unknown: { name, known: declared.messages.keys() } };
      reader.report('UNKNOWN_LOGICAL_MESSAGE', path, { name }, options);
      return undefined;
    },

    typeOf: (message) => {
      const type = declared.messages.get(message ?? '') ?? '';
      return schemas.find(type) ? type : '';
    },

    sets: (value, path) => {
      const named = value === undefined ? [] : reader.texts(value, path);
      return named.flatMap(({ name, path: at }) => {
        if (declared.correlations.has(name)) return [name];
        reader.report('UNKNOWN_CORRELATION', at, { name }, { unknown: { name, known: declared.correlations.keys() } });
        return [];
      });
    },

    checkCorrelated: (sets, message, path) => {
      for (const set of message === undefined ? [] : sets) {
        const type = declared.messages.get(message!) ?? '';
        for (const property of missingProperties(set, message!))
          reader.report('CORRELATION_PROPERTY', path, { set, property, type }, ableSet(message!, sets));
      }
    },

    addSource: (set, message) => sources.get(set)!.add(message),

    duration: (value, path) => {
      const ms = parseDuration(String(value));
      const suggestion = ms === undefined ? meantDuration(String(value)) : undefined;
      if (ms === undefined)
        reader.report('DURATION_INVALID', path, { text: String(value) }, suggestion ? { suggestion } : {});
      return ms;
    },

    calendar: (path) => {
      if (!declared.calendar) reader.report('CALENDAR_NEEDED', path);
      return declared.calendar;
    },

    table: (value, path) => {
      const name = reader.text(value, path);
      const known = context.tables ?? new Map();
      const found = known.get(name ?? '');
      if (name !== undefined && !found)
        reader.report('UNKNOWN_TABLE', path, { name }, { unknown: { name, known: known.keys() } });
      return found;
    },

    predicate: (value, path) => {
      const { predicate, problems } = compilePredicate(String(value), schemas.properties);
      for (const problem of problems) refuse(path, problem);
      return predicate;
    },

    awaits: (awaited) => {
      awaits.set(awaitKey(awaited), awaited);
      return awaitKey(awaited);
    },

    fieldType: (message, fields, path) => findField(names.get(message)!, [message], fields, path, reader),
  };
  return { compiler, blocks, shapes, awaits, sources, uses };
}
