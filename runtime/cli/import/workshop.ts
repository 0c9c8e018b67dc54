/** Where an import of an OpenAPI document is made: what it writes, and the names that are taken. */
import type { Node } from '../../openapi/node.ts';
import { type ContractSchemas, schemaText } from './contract-schemas.ts';
import { messageFile } from './imported.ts';
import { Names } from './names.ts';

export interface Workshop {
  readonly name: string;
  readonly main: string;
  readonly names: Names;
  readonly schemas: ContractSchemas;
  readonly notes: string[];
  /** Writes a message type with its schema. */
  write(type: string, description: string, schema: Node, promote?: Readonly<Record<string, string>>): void;
}

export function openWorkshop(
  name: string,
  main: string,
  taken: readonly string[],
  schemas: ContractSchemas,
  written: Map<string, string>,
): Workshop {
  return {
    name,
    main,
    names: new Names(taken),
    schemas,
    notes: [],
    write(type, description, schema, promote = {}) {
      written.set(`schemas/${name}/${type}.schema.json`, schemaText(schema));
      const promoted = Object.entries(promote).map(([property, path]) => `  ${property}: ${path}`);
      const lines = [`schema: ${name}/${type}.schema.json`, ...(promoted.length > 0 ? ['promote:', ...promoted] : [])];
      written.set(`schemas/${name}/${type}.message.yaml`, messageFile(type, description, lines));
    },
  };
}
