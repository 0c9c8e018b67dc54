/** What a pipeline component is given, for tests: no schemas and counted ids; each may be overridden. */
import type { PipelineContext } from '../contracts/pipeline.ts';
import type { SchemaSet } from '../contracts/schema.ts';

const noSchemas: SchemaSet = { find: () => undefined, findByRoot: () => [], types: [], properties: new Map() };

export function testPipelineContext(overrides: Partial<PipelineContext> = {}): PipelineContext {
  let count = 0;
  return {
    schemas: noSchemas,
    expected: [],
    newId: () => `n${++count}`,
    signal: new AbortController().signal,
    ...overrides,
  };
}
