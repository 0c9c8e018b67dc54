/** What running the *.test.yaml of an integrator gives. */
import type { Finding } from './finding.ts';
import type { Path } from './source.ts';

export interface TestCase {
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed: one line a difference. */
  readonly message?: string;
  /** What would make it pass: a value and where in the file it belongs. */
  readonly update?: { readonly path: Path; readonly value: unknown };
}

export interface TestResult {
  readonly cases: readonly TestCase[];
  readonly findings: readonly Finding[];
}

/** What of an orchestration no case has passed. */
export interface ShapeCoverage {
  readonly orchestration: string;
  readonly shapes: number;
  readonly missing: readonly { readonly name: string; readonly line: number }[];
}
