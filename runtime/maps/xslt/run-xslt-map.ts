/** Runs a compiled stylesheet on documents. Whatever goes wrong is MAP_FAILED with its place in the stylesheet, where there is one. */
import type { WorkLimit } from '../../contracts/expression.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { newFrame } from '../../expressions/compile.ts';
import type { NamedMap } from '../compile.ts';
import { FIRST_SLOT } from '../compile-value.ts';
import type { MapHead } from '../syntax.ts';
import { locate, readDiagnostics, readMessages } from './diagnostics.ts';
import { runSheet, STANDARD_MS } from './engine.ts';
import type { LoadedSheet } from './load-sheet.ts';
import { type Parameters, parameterOf } from './parameters.ts';
import type { Answer } from './protocol.ts';
import { inputOf } from './sources.ts';

export interface XsltMapOptions {
  readonly head: MapHead;
  readonly loaded: LoadedSheet;
  /** In the order of the map's sources. */
  readonly sources: readonly CompiledSchema[];
  readonly target: CompiledSchema;
  /** `text`: what it makes is in the target's own format. */
  readonly method: 'xml' | 'text';
  readonly parameters: Parameters;
  readonly limit: WorkLimit | undefined;
}

export function createXsltMap(options: XsltMapOptions): NamedMap {
  const { head, target } = options;
  return {
    name: head.name,
    sources: head.sources.map(({ type }) => type),
    names: head.sources.map(({ name }) => name),
    target: target.type,
    transform: (inputs) => transform(options, inputs),
  };
}

/** `at`: as file:line:column; `place`: what stands there. */
class Failure extends Error {
  readonly at: string;
  readonly place: string;

  constructor(at: string, place: string, reason: string) {
    super(reason);
    this.at = at;
    this.place = place;
  }
}

function transform(options: XsltMapOptions, inputs: readonly unknown[]): unknown {
  const file = options.loaded.files[0]!.path;
  try {
    return made(options, output(options, inputs));
  } catch (thrown) {
    const { at, place } = thrown instanceof Failure ? thrown : { at: file, place: 'the whole' };
    const reason = reasonOf(thrown).replace(/\.$/, '');
    const fault = isBusError(thrown) ? { fault: thrown.code } : {};
    throw busError('MAP_FAILED', { map: options.head.name, at, place, reason }, { cause: thrown, ...fault });
  }
}

function output({ loaded, sources, parameters, limit }: XsltMapOptions, inputs: readonly unknown[]): string {
  const frame = newFrame(parameters.size, limit);
  for (let index = 0; index < inputs.length; index += 1) frame[FIRST_SLOT + index] = inputs[index] ?? null;
  const given = parameters.each.flatMap(({ name, run }) => parameterOf(name, run, frame));
  const ms = limit?.time?.ms ?? STANDARD_MS;
  const outcome = runSheet(loaded.sheet, inputOf(sources, inputs), given, ms);
  const file = loaded.files[0]!.path;
  if (outcome === 'late')
    throw new Failure(
      file,
      'the whole',
      `it takes longer than ${ms} ms; let it do less, or raise expressions.time in config/bus.yaml`,
    );
  const failure = failureOf(loaded, outcome);
  if (failure) throw failure;
  return outcome.output!;
}

function failureOf({ files }: LoadedSheet, outcome: Answer): Failure | undefined {
  const file = files[0]!.path;
  if (outcome.broken !== undefined) return new Failure(file, 'the whole', outcome.broken);
  const [ended] = readMessages(outcome.lines).filter(({ terminates }) => terminates);
  if (ended)
    return new Failure(`${ended.file}:${ended.line}:${ended.column}`, 'xsl:message', ended.text || 'it ends here');
  const [refused] = outcome.refused;
  if (refused !== undefined)
    return new Failure(
      file,
      'document()',
      `it may not read ${refused}: it is neither an XML file of mappings/ nor a lookup`,
    );
  if (outcome.done && !outcome.lines.some((line) => WENT_ON.test(line))) return undefined;
  const [first] = readDiagnostics(outcome.lines);
  if (!first?.place) return new Failure(file, 'the whole', first?.reason ?? 'libxslt gives no reason');
  const { line, column, file: where } = locate(files, first.place);
  return new Failure(`${where}:${line}:${column}`, first.place.element, first.reason);
}

/** After such an error libxslt may go on without the value that it could not make. */
const WENT_ON = /^(XPath|runtime) error/;

const VIOLATIONS = 3;

function made({ target, method }: XsltMapOptions, output: string): unknown {
  const text = method === 'xml' ? withoutProlog(output) : output;
  if (method === 'xml' && text.trim() === '') throw new Error('it makes no document');
  const bytes = Buffer.from(text);
  const document = target.read(bytes);
  const violations = target.validate(document, bytes);
  if (violations.length === 0) return document;
  const told = violations.slice(0, VIOLATIONS).map(({ path, message }) => `${path || '/'} ${message}`);
  throw new Error(`what it makes breaks ${target.type}: ${told.join('; ')}`);
}

/** The encoding is ours, whatever it says; a document type that it names is for other readers. */
const withoutProlog = (output: string) =>
  output.replace(/^\s*<\?xml[^>]*\?>\s*/, '').replace(/^<!DOCTYPE[^>]*>\s*/, '');
