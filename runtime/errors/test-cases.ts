/** Runs the cases of a *.test.yaml one by one: what is thrown within a case is a failure of that case alone. */
import type { Path, Source } from '../contracts/source.ts';
import type { TestCase, TestResult } from '../contracts/tested.ts';
import { isBusError, reasonOf } from './as-bus-error.ts';

export type WrittenCase = Readonly<Record<string, unknown>>;

export type Outcome = Omit<TestCase, 'name' | 'passed'>;

/** Gives nothing of a case that passes. May throw: an error that the case expects is no failure. */
export type CaseRun = (written: WrittenCase, path: Path) => Promise<Outcome> | Outcome;

export async function runCases(source: Source, run: CaseRun): Promise<TestResult> {
  const { cases } = (source.value ?? {}) as { cases?: unknown };
  if (!Array.isArray(cases)) return { cases: [], findings: [] }; // Its structure is wrong, which is told elsewhere.
  const results: TestCase[] = [];
  for (const [index, written] of cases.entries()) {
    if (typeof written !== 'object' || written === null) continue;
    const { name = `case ${index + 1}` } = written as { name?: unknown };
    const outcome = await outcomeOf(run, written as WrittenCase, ['cases', index]);
    results.push({ name: String(name), passed: outcome.message === undefined, ...outcome });
  }
  return { cases: results, findings: [] };
}

async function outcomeOf(run: CaseRun, written: WrittenCase, path: Path): Promise<Outcome> {
  const wanted = written['error'];
  try {
    const outcome = await run(written, path);
    return wanted === undefined ? outcome : { message: `expected the error ${String(wanted)}, but there was none` };
  } catch (thrown) {
    if (wanted === undefined) return { message: reasonOf(thrown) };
    if (isBusError(thrown) && (thrown.code === wanted || thrown.fault === wanted)) return {};
    return { message: `expected the error ${String(wanted)}, got ${reasonOf(thrown)}` };
  }
}

/** The bytes that a test gives: a text as it stands, or `{ file }`, `{ base64 }`, `{ hex }`. */
export function bytesGiven(given: unknown, read: (path: string) => string | undefined): Uint8Array {
  if (typeof given === 'string') return Buffer.from(given);
  const { file, base64, hex } = (given ?? {}) as { file?: unknown; base64?: unknown; hex?: unknown };
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  if (typeof hex === 'string') return Buffer.from(hex.replace(/\s/g, ''), 'hex');
  const text = typeof file === 'string' ? read(file) : undefined;
  if (text === undefined) throw new Error(`there is no text file ${String(file)} in the solution`);
  return Buffer.from(text);
}
