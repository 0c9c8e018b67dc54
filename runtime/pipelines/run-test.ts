/**
 * Runs config/pipelines/*.test.yaml: what comes in, as bytes or as a document, and the messages that come out, with their types, documents,
 * properties and bodies as far as the test names them; and what is suspended of them.
 */
import { bytesOf, type Message, type Property, partOf } from '../contracts/message.ts';
import type { Parties } from '../contracts/party.ts';
import type { Pipeline, PipelineContext } from '../contracts/pipeline.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import type { TestResult } from '../contracts/tested.ts';
import { diff } from '../errors/diff.ts';
import { finding } from '../errors/finding.ts';
import { bytesGiven, type Outcome, runCases, type WrittenCase } from '../errors/test-cases.ts';
import { runPipeline } from './run.ts';

export interface PipelineTestContext {
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly schemas: SchemaSet;
  readonly parties?: Parties | undefined;
  /** The text of a file of the solution. */
  readonly read: (path: string) => string | undefined;
}

export async function runPipelineTest(source: Source, context: PipelineTestContext): Promise<TestResult> {
  const { pipeline: name } = (source.value ?? {}) as { pipeline?: unknown };
  const pipeline = context.pipelines.get(String(name));
  if (!pipeline) return unknown(source, context.pipelines.keys());
  return runCases(source, (written, path) => runCase(pipeline, written, path, context));
}

async function runCase(
  pipeline: Pipeline,
  written: WrittenCase,
  path: Path,
  context: PipelineTestContext,
): Promise<Outcome> {
  const suspended: string[] = [];
  const messages: Message[] = [];
  const given = messageOf(written, context);
  for await (const next of runPipeline(pipeline, given, contextOf(written, context, suspended))) messages.push(next);
  const wanted = (written['expect'] ?? []) as readonly WrittenCase[];
  const got = await Promise.all(messages.map((message, index) => asTold(message, wanted[index])));
  const lines = [
    ...diff(wanted, got).map((line) => `message ${line}`),
    ...diff(written['suspended'] ?? [], suspended).map((line) => `suspended ${line}`),
  ];
  return lines.length === 0 ? {} : { message: lines.join('\n'), update: { path: [...path, 'expect'], value: got } };
}

/** A document stands for what a map or an orchestration made: it has no bytes yet. */
function messageOf(written: WrittenCase, { schemas, read }: PipelineTestContext): Message {
  const properties = Object.entries((written['properties'] ?? {}) as Record<string, Property['value']>);
  const context = new Map(properties.map(([name, value]) => [name, { value, promoted: true }]));
  const base = { id: 'message-1', interchange: 'message-1', context };
  if (written['document'] === undefined) {
    const type = written['contentType'] ?? 'application/octet-stream';
    return { ...base, type: undefined, parts: [partOf(bytesGiven(written['input'], read), String(type))] };
  }
  const type = String([written['message']].flat()[0]);
  const body = partOf(new Uint8Array(), schemas.find(type)?.contentType ?? 'application/octet-stream');
  return { ...base, type, document: written['document'], parts: [body] };
}

function contextOf(
  written: WrittenCase,
  { schemas, parties }: PipelineTestContext,
  suspended: string[],
): PipelineContext {
  let made = 1;
  const newId = () => {
    made += 1;
    return `message-${made}`;
  };
  const expected = written['message'] === undefined ? [] : [written['message']].flat().map(String);
  const records = {
    count: 0,
    came: () => {},
    failed: async (_: Message, { code }: { code: string }) => void suspended.push(code),
  };
  const whole = written['alone'] === false;
  const signal = new AbortController().signal;
  return { schemas, expected, newId, signal, ...(parties ? { parties } : {}), ...(whole ? {} : { records }) };
}

/** A message as far as a test speaks of it. */
async function asTold(
  message: Message,
  wanted: WrittenCase = { type: '', document: {} },
): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {};
  if ('type' in wanted) told['type'] = message.type ?? null;
  if ('document' in wanted) told['document'] = message.document ?? null;
  if ('properties' in wanted) {
    const names = Object.keys((wanted['properties'] ?? {}) as object);
    told['properties'] = Object.fromEntries(names.map((name) => [name, message.context.get(name)?.value ?? null]));
  }
  if ('body' in wanted) told['body'] = Buffer.from(await bytesOf(message.parts[0])).toString();
  if ('base64' in wanted) told['base64'] = Buffer.from(await bytesOf(message.parts[0])).toString('base64');
  return told;
}

function unknown(source: Source, known: Iterable<string>): TestResult {
  const name = String((source.value as { pipeline?: unknown } | null)?.pipeline);
  const options = { unknown: { name, known } };
  return {
    cases: [],
    findings: [finding('TEST_SUBJECT_UNKNOWN', source.locate(['pipeline']), { what: 'pipeline', name }, options)],
  };
}
