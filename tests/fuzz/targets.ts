/** What strangers' bytes reach: message types, packings, interchanges, and the files of a solution. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { adapters } from '../../adapters/index.ts';
import { partOf } from '../../runtime/contracts/message.ts';
import type { Pipeline } from '../../runtime/contracts/pipeline.ts';
import type { CompiledSchema, Format, SchemaSet } from '../../runtime/contracts/schema.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { components } from '../../runtime/pipelines/components/index.ts';
import { runPipeline } from '../../runtime/pipelines/run.ts';
import { compileXsd } from '../../runtime/schemas/xml/xsd/compile-xsd.ts';
import { type CompileOptions, compileSolution } from '../../runtime/solution/compile-solution.ts';
import { compileTypes } from '../../runtime/solution/compile-types.ts';
import { readSolution, type SolutionFiles } from '../../runtime/solution/find.ts';
import { loadSolution } from '../../runtime/solution/load.ts';
import { root } from '../architecture/tree.ts';
import { sampleOf } from './samples.ts';

export interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Resolves, or rejects with a BusError; anything else is a fault. */
  run(bytes: Buffer): Promise<void> | void;
}

type Step = string | readonly [string, object];

const DISASSEMBLERS: Readonly<Record<Format, Step>> = {
  json: 'json-disassemble',
  xml: 'xml-disassemble',
  csv: 'csv-disassemble',
  flat: 'flat-disassemble',
};

/** Of types that are a record of a file rather than a file. */
const SEEDS: Readonly<Record<string, Buffer>> = {
  'gazetteer-street-name': Buffer.from(
    [
      '10,"NORTHMOOR",9901,2026-11-01,7,2026-11-01,06:30:00,"7.3","C"',
      '15,"U",1,00700123,"DEPOT LANE","","NORTHMOOR","NORTHMOORSHIRE","ENG"',
      '12,"I",2,700123,700124,1',
      '99,0,5,2026-11-01,06:30:00',
      '',
    ].join('\r\n'),
  ),
  'addressbase-delivery-point': Buffer.from(
    [
      '10,"NORTHMOOR GAZETTEER",9999,2026-11-02,1,2026-11-02,11:52:32,"2.0","F"',
      '28,"I",6,090590076,06448792,"","","FLAT 2","HOMETAY HOUSE",28,"","DEPOT LANE","","","NORTHMOOR","NM1 3BZ","S","1A","","","","","","",2026-05-01,2006-04-14,,2026-02-03,2006-04-14',
      '29,"NORTHMOOR","PROPERTIES","","","NORTHMOOR COUNCIL","","",,9059,"","",2026-11-02,"",,"ENG","UTF-8"',
      '99,0,10,2026-11-02,11:52:32',
      '',
    ].join('\r\n'),
  ),
};

const pipelineOf = (...steps: readonly Step[]): Pipeline => ({
  name: 'fuzzed',
  steps: steps.map((step) => {
    const [name, config] = typeof step === 'string' ? [step, {}] : step;
    return { component: components.find((component) => component.name === name)!, config };
  }),
});

export function targets(): Target[] {
  const files = readSolution(root);
  const { schemas } = compileTypes(files, loadSolution(files));
  const types = schemas.types.map((type) => schemas.find(type)!);
  return [
    ...types.flatMap((schema) => messageTarget(schema, schemas)),
    ...packingTargets(schemas),
    ...interchangeTargets(types, schemas),
    ...solutionTargets(files),
    schemaTarget(),
  ];
}

/** What can be read can be written; what keeps to its schema is the same when it is read again. */
function messageTarget(schema: CompiledSchema, schemas: SchemaSet): Target[] {
  const seed = SEEDS[schema.type] ?? written(schema);
  if (!seed) return [];
  const run = receiving(pipelineOf(DISASSEMBLERS[schema.format]), [schema.type], schemas);
  return [{ name: `${schema.format} ${schema.type}`, seeds: [seed], run }];
}

function written(schema: CompiledSchema): Buffer | undefined {
  try {
    return Buffer.from(schema.write(sampleOf(schema.document)));
  } catch (thrown) {
    if (isBusError(thrown)) return undefined; // A sample that its schema cannot write is no seed.
    throw thrown;
  }
}

function receiving(pipeline: Pipeline, expected: readonly string[], schemas: SchemaSet): Target['run'] {
  return async (bytes) => {
    let count = 0;
    const newId = () => {
      count += 1;
      return `m${count}`;
    };
    const message = {
      id: 'm',
      interchange: 'i',
      type: undefined,
      parts: [partOf(bytes, '')] as const,
      context: new Map(),
    };
    const context = { schemas, expected, newId, signal: new AbortController().signal };
    for await (const { type, document } of runPipeline(pipeline, { ...message, parts: [message.parts[0]] }, context)) {
      const schema = type === undefined ? undefined : schemas.find(type);
      if (!schema || document === undefined) continue;
      const again = schema.read(schema.write(document));
      if (schema.validate(document).length === 0 && !isDeepStrictEqual(again, document))
        throw new Error(`Written and read again it is ${JSON.stringify(again)}, not ${JSON.stringify(document)}`);
    }
  };
}

function packingTargets(schemas: SchemaSet): Target[] {
  const text = Buffer.from('{"id":"1","text":"some words that are packed, packed and packed"}');
  const archive = Buffer.from(
    'UEsDBBQAAAAIAAAAIQBSnmc6BQAAAAMAAAAFAAAAYS50eHRLSk4BAFBLAQIUABQAAAAIAAAAIQBSnmc6BQAAAAMAAAAFAAAAAAAAAAAAAAAAAAAAAABhLnR4dFBLBQYAAAAAAQABADMAAAAoAAAAAAA=',
    'base64',
  );
  const limit = { maxBytes: 1_000_000 };
  const target = (step: Step, seed: Buffer): Target => ({
    name: typeof step === 'string' ? step : step[0],
    seeds: [seed],
    run: receiving(pipelineOf(step), [], schemas),
  });
  return [
    target(['gunzip', limit], gzipSync(text)),
    target(['unzip', limit], archive),
    target('base64-decode', Buffer.from(text.toString('base64'))),
    target(['decode-charset', { charset: 'utf-16le' }], Buffer.from(text.toString(), 'utf16le')),
  ];
}

function interchangeTargets(types: readonly CompiledSchema[], schemas: SchemaSet): Target[] {
  const json = types.find((schema) => schema.format === 'json' && written(schema))!;
  const xml = types.find((schema) => schema.format === 'xml' && written(schema))!;
  const record = written(json)!;
  const element = written(xml)!
    .toString()
    .replace(/^<\?xml[^>]*>\s*/, '');
  const target = (name: string, step: Step, { type }: CompiledSchema, seed: string): Target => ({
    name,
    seeds: [Buffer.from(seed)],
    run: receiving(pipelineOf(step), [type], schemas),
  });
  return [
    target('json lines', 'json-lines-disassemble', json, `${record}\n${record}\n`),
    target('json records', ['json-disassemble', { records: 'a.items' }], json, `{"a":{"items":[${record},${record}]}}`),
    target('xml records', ['xml-disassemble', { records: 'All/*' }], xml, `<All h="1">${element}${element}</All>`),
  ];
}

const options: CompileOptions = {
  adapters,
  env: {},
  resolvePath: (path) => join(root, path),
  missingSecrets: 'warning',
};

/** The schemas of the conformance suite, changed: each gives a model or findings. */
function schemaTarget(): Target {
  const folder = join(root, 'tests/conformance/xsd');
  const cases = readdirSync(folder).flatMap(
    (file) => parse(readFileSync(join(folder, file), 'utf8')) as { readonly schema: string }[],
  );
  const whole = (schema: string) =>
    /<\w+:schema |<schema /.test(schema)
      ? schema
      : `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns:t="urn:t">${schema}</xs:schema>`;
  return {
    name: 'xsd schemas',
    seeds: cases.map(({ schema }) => Buffer.from(whole(schema))),
    run(bytes) {
      const text = bytes.toString();
      const { model } = compileXsd('it.xsd', {
        read: (path) => (path === 'it.xsd' ? text : undefined),
        known: ['it.xsd'],
      });
      for (const name of model?.roots ?? []) model!.documentOf(model!.root(name).element);
    },
  };
}

/** One file of the solution is changed: that gives findings, whatever stands in it. */
function solutionTargets(files: SolutionFiles): Target[] {
  const kinds = new Map<string, [string, Buffer][]>();
  for (const [path, text] of files) {
    const kind = /\.[^/]+$/.exec(path)?.[0] ?? '';
    kinds.set(kind, [...(kinds.get(kind) ?? []), [path, Buffer.from(text)]]);
  }
  return [...kinds].map(([kind, all]) => ({
    name: `solution *${kind}`,
    seeds: all.map(([, text]) => text),
    run: (bytes) => {
      const [path] = all[0]!;
      compileSolution(new Map([...files, [path, bytes.toString()]]), options);
    },
  }));
}
