/** Runs schemas/*.test.yaml: bytes of a message type and the document that they are, or what is wrong with them; and the way back. */
import type { CompiledSchema, SchemaSet } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import type { TestResult } from '../contracts/tested.ts';
import { diff } from '../errors/diff.ts';
import { finding } from '../errors/finding.ts';
import { bytesGiven, type Outcome, runCases, type WrittenCase } from '../errors/test-cases.ts';

export interface SchemaTestContext {
  readonly schemas: SchemaSet;
  /** The text of a file of the solution. */
  readonly read: (path: string) => string | undefined;
}

export async function runSchemaTest(source: Source, { schemas, read }: SchemaTestContext): Promise<TestResult> {
  const { message } = (source.value ?? {}) as { message?: unknown };
  const schema = schemas.find(String(message));
  if (!schema) return unknown(source, schemas.types);
  return runCases(source, (written, path) => runCase(schema, written, path, read));
}

function runCase(schema: CompiledSchema, written: WrittenCase, path: Path, read: SchemaTestContext['read']): Outcome {
  const bytes = written['input'] === undefined ? undefined : bytesGiven(written['input'], read);
  const document = bytes ? schema.read(bytes) : written['document'];
  const violations = schema.validate(document, bytes).map((violation) => violation.path || '/');
  const wrong = diff(written['violations'] ?? [], violations);
  if (wrong.length > 0)
    return { message: [...wrong.map((line) => `violations${line}`), ...told(schema, document, bytes)].join('\n') };
  if (bytes && written['document'] !== undefined) {
    const lines = diff(written['document'], document);
    if (lines.length > 0)
      return { message: lines.join('\n'), update: { path: [...path, 'document'], value: document } };
  }
  return 'output' in written ? wrote(schema, document, written['output'], path, read) : {};
}

/** The violations in words, which a path alone does not tell. */
const told = (schema: CompiledSchema, document: unknown, bytes: Uint8Array | undefined) =>
  schema.validate(document, bytes).map(({ path, message }) => `  ${path || '/'} ${message}`);

function wrote(
  schema: CompiledSchema,
  document: unknown,
  wanted: unknown,
  path: Path,
  read: SchemaTestContext['read'],
): Outcome {
  const output = Buffer.from(schema.write(document));
  const expected = Buffer.from(bytesGiven(wanted, read));
  if (output.equals(expected)) return {};
  const texts = [expected.toString(), output.toString()];
  return {
    message: diff(...(texts as [string, string]))
      .map((line) => line.replace('the document', 'output'))
      .join('\n'),
    ...(typeof wanted === 'string' ? { update: { path: [...path, 'output'], value: output.toString() } } : {}),
  };
}

function unknown(source: Source, known: Iterable<string>): TestResult {
  const name = String((source.value as { message?: unknown } | null)?.message);
  const options = { unknown: { name, known } };
  return {
    cases: [],
    findings: [finding('TEST_SUBJECT_UNKNOWN', source.locate(['message']), { what: 'message type', name }, options)],
  };
}
