/**
 * Ugly schemas: every one loads, every verdict is right, and every valid document comes back as it was; a copy of it comes back valid,
 * whatever the order of the keys from which it is written. The files of xsd/ hold the cases.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CompiledSchema } from '../../runtime/contracts/schema.ts';
import { isBusError } from '../../runtime/errors/as-bus-error.ts';
import { bytes, compileFiles, xsd } from '../runtime/schemas/compiled.ts';
import { meaning } from './xml-meaning.ts';

interface Case {
  readonly name: string;
  readonly schema: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly root?: string;
  readonly valid: readonly string[];
  /** Valid too; of a copy, which knows values alone, the order or spelling is another that means the same. */
  readonly reordered?: readonly string[];
  readonly invalid: readonly string[];
  /** Elements whose text is a qualified name. */
  readonly qnames?: readonly string[];
}

const folder = new URL('xsd/', import.meta.url);
const cases = readdirSync(folder).flatMap((file) => parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]);

const whole = (schema: string) => (/<\w+:schema |<schema /.test(schema) ? schema : xsd(schema));

function compile({ schema, more = {}, root }: Case): CompiledSchema {
  const files = Object.entries(more).map(([path, text]) => [`schemas/${path}`, whole(text)]);
  const message = `message: it\nschema: it.xsd\n${root ? `root: "${root}"\n` : ''}`;
  const { schemas, findings } = compileFiles({
    'schemas/it.xsd': whole(schema),
    'schemas/it.message.yaml': message,
    ...Object.fromEntries(files),
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return schemas.find('it')!;
}

/** What is wrong with it; nothing of a valid one. */
function verdict(schema: CompiledSchema, xml: string): string {
  try {
    return schema
      .validate(schema.read(bytes(xml)), bytes(xml))
      .map(({ path, message }) => `${path} ${message}`)
      .join('; ');
  } catch (thrown) {
    if (!isBusError(thrown) || thrown.kind !== 'message') throw thrown;
    return thrown.message;
  }
}

/** The same document with the keys of every object turned round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

test('there are many of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

describe.each(cases.map((each) => [each.name, each] as const))('%s', (_, given) => {
  test('loads', () => {
    expect(compile(given).document.kind).toBeDefined();
  });

  test.each([...given.valid, ...(given.reordered ?? [])])('valid: %s', (xml) => {
    const schema = compile(given);
    expect(verdict(schema, xml)).toBe('');
    const document = schema.read(bytes(xml));
    const written = schema.write(document);
    expect(verdict(schema, Buffer.from(written).toString())).toBe('');
    expect(schema.validate(document)).toEqual([]);
    expect(schema.read(written)).toEqual(document);
    expect(meaning(written, given.qnames)).toEqual(meaning(xml, given.qnames));
    const copied = schema.write(structuredClone(document));
    expect(verdict(schema, Buffer.from(copied).toString())).toBe('');
    expect(schema.read(copied)).toEqual(document);
    expect(meaning(schema.write(turned(document)), given.qnames)).toEqual(meaning(copied, given.qnames));
    if (given.valid.includes(xml)) expect(meaning(copied, given.qnames)).toEqual(meaning(xml, given.qnames));
  });

  if (given.invalid.length > 0)
    test.each(given.invalid)('invalid: %s', (xml) => {
      expect(verdict(compile(given), xml)).not.toBe('');
    });
});
