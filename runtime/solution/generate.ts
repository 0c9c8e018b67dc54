/** Writes what is made from the code: the JSON Schemas for editors, and the reference page of each adapter. */
import type { Adapter } from '../contracts/adapter.ts';
import { adapterReadme } from './adapter-readme.ts';
import { kinds } from './kinds/index.ts';

/** Path in the repository to text. A test holds the files on disk to it. */
export function generate(adapters: readonly Adapter[]): Map<string, string> {
  const pages = adapters.map((adapter): [string, string] => [
    `adapters/${adapter.name}/README.md`,
    adapterReadme(adapter),
  ]);
  return new Map([...generateSchemas(adapters), ...pages]);
}

/** `docs/schema/<kind>.schema.json`, as the first line of an integrator's file names it. */
export function generateSchemas(adapters: readonly Adapter[]): Map<string, string> {
  const yaml = kinds.filter(({ place }) => !place.endsWith('.csv'));
  return new Map(
    yaml.map((kind) => {
      const { $id: _, ...schema } = kind.editorSchema?.(adapters) ?? kind.schema;
      const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `${kind.what}: ${kind.place}` };
      return [`docs/schema/${kind.name}.schema.json`, `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`];
    }),
  );
}
