/** Compiles an XSD or WSDL file once, for all message types that use it. */
import type { Finding } from '../../../contracts/finding.ts';
import type { LogicalType } from '../../../contracts/schema.ts';
import { finding } from '../../../errors/finding.ts';
import type { SchemaFiles } from '../../schema-files.ts';
import { XSD } from '../namespaces.ts';
import { laterFeatures } from './later-features.ts';
import { loadSchemas } from './load-schemas.ts';
import { LogicalTypes } from './logical-types.ts';
import type { ElementModel } from './model.ts';
import { ModelBuilder } from './model-builder.ts';
import { choosePrefixes, type Prefixes } from './prefixes.ts';
import { collectSymbols } from './symbols.ts';
import { placeOf, type XmlNode } from './tree.ts';
import { oversizedGroup } from './unfolding.ts';
import { compileValidator, type ValidateXml } from './validator.ts';

export interface XsdModel {
  /** Global elements as `{namespace}name`. */
  readonly roots: readonly string[];
  /** Those of the file itself, without what it imports or includes. */
  readonly ownRoots: readonly string[];
  /** A root and everything that it leads to, with what was found wrong on the way and not told before. */
  root(name: string): { readonly element: ElementModel; readonly findings: readonly Finding[] };
  documentOf(root: ElementModel): LogicalType;
  readonly prefixes: Prefixes;
  readonly validate: ValidateXml;
  /** Types and content models say all there is to say: no keys, nothing blocked, nothing redefined. */
  readonly judged: boolean;
}

export interface CompiledXsd {
  readonly model?: XsdModel;
  readonly findings: readonly Finding[];
}

const OVERSIZED = { what: 'A group that unfolds to tens of thousands of elements or attributes' };

export function compileXsd(file: string, files: SchemaFiles): CompiledXsd {
  const { documents, findings } = loadSchemas(file, files);
  if (findings.some(({ severity }) => severity === 'error') || documents.length === 0) return { findings };
  const later = laterFeatures(documents.map(({ node }) => node));
  if (later.length > 0) return { findings: [...findings, ...later] };
  const symbols = collectSymbols(documents);
  const oversized = oversizedGroup(symbols);
  if (oversized) return { findings: [...findings, finding('SCHEMA_UNSUPPORTED', placeOf(oversized), OVERSIZED)] };
  const { validate, findings: wrong } = compileValidator(documents);
  if (!validate) return { findings: [...findings, ...wrong] };
  const prefixes = choosePrefixes(documents);
  const builder = new ModelBuilder(symbols, prefixes);
  const types = new LogicalTypes();
  const roots = [...symbols.elements].filter(([, { node }]) => node.attributes.get('abstract') !== 'true');
  const model: XsdModel = {
    roots: roots.map(([name]) => name),
    ownRoots: roots.filter(([, { node }]) => node.file === file).map(([name]) => name),
    root(name) {
      const element = builder.root(name);
      return { element, findings: builder.findings.splice(0) };
    },
    documentOf: (root) => types.of(root),
    prefixes,
    validate,
    judged: documents.every(({ node }) => isJudged(node)),
  };
  return { model, findings };
}

const BEYOND: ReadonlySet<string> = new Set([
  'key',
  'keyref',
  'unique',
  'redefine',
  'override',
  'assert',
  'alternative',
]);

/** Whether nothing in it goes beyond types and content models. */
const isJudged = ({ uri, local, attributes, children }: XmlNode): boolean =>
  uri !== XSD ||
  (!BEYOND.has(local) && !attributes.has('block') && !attributes.has('blockDefault') && children.every(isJudged));
