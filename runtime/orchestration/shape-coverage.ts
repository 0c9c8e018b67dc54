/** Which shapes of an orchestration its tests have passed, and which never. */
import type { Program } from '../contracts/orchestration.ts';
import type { ShapeCoverage } from '../contracts/tested.ts';
import type { CompiledProgram } from './program.ts';

/** `seen`: the places of the shapes that were passed, as a test gives them. */
export function shapeCoverageOf(program: Program, seen: ReadonlySet<string>): ShapeCoverage {
  const { name, shapes } = program as CompiledProgram;
  const missing = [...shapes.values()].filter(({ id }) => !seen.has(id));
  return {
    orchestration: name,
    shapes: shapes.size,
    missing: missing.map(({ name: shape, line }) => ({ name: shape, line })).sort((a, b) => a.line - b.line),
  };
}
