/** Compiles message types from files given as text. */
import type { CompiledSchema } from '../../../runtime/contracts/schema.ts';
import { type CompiledSchemas, compileSchemas } from '../../../runtime/schemas/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';

/** Files by path; those named *.message.yaml are the message types. */
export function compileFiles(files: Readonly<Record<string, string>>): CompiledSchemas {
  const messages = Object.entries(files)
    .filter(([path]) => path.endsWith('.message.yaml'))
    .map(([path, text]) => readYaml(path, text).source);
  const flats = new Map(
    Object.entries(files)
      .filter(([path]) => path.endsWith('.flat.yaml'))
      .map(([path, text]) => [path, readYaml(path, text).source]),
  );
  return compileSchemas({ messages, flats, read: (path) => files[path], files: Object.keys(files) });
}

/** The only message type of a schema file; fails when anything is wrong with it. */
export function compileOne(file: string, text: string, options = ''): CompiledSchema {
  const { schemas, findings } = compileFiles({
    [`schemas/${file}`]: text,
    'schemas/it.message.yaml': `message: it\nschema: ${file}\n${options}`,
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return schemas.find('it')!;
}

export const xsd = (content: string, attributes = 'elementFormDefault="qualified"') =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns:t="urn:t" ${attributes}>${content}</xs:schema>`;

export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const text = (written: Uint8Array): string => Buffer.from(written).toString();

/** The BusError that a call throws. */
export function thrown(call: () => unknown): { code: string; message: string; kind: string } {
  try {
    call();
  } catch (error) {
    return error as { code: string; message: string; kind: string };
  }
  throw new Error('nothing was thrown');
}
