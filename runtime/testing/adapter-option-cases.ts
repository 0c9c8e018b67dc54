/** The part of the adapter contract about options: examples, schemas, findings with their place. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Adapter, Direction, JsonSchema } from '../contracts/adapter.ts';
import { durationPattern } from '../contracts/duration.ts';

type Options = Record<string, unknown>;

const DIRECTIONS: readonly Direction[] = ['receive', 'send'];

export function optionCases(adapter: Adapter): void {
  describe('options', () => {
    test('a name, a summary, and a schema for each direction it has', () => {
      expect(adapter.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(adapter.summary).toMatch(/\.$/);
      expect(adapter.receiveConfig !== undefined).toBe(adapter.receive !== undefined);
      expect(adapter.sendConfig !== undefined).toBe(adapter.send !== undefined);
    });

    for (const direction of DIRECTIONS) {
      const schema = schemaOf(adapter, direction);
      if (schema) directionCases(adapter, direction, schema);
    }
  });
}

function schemaOf(adapter: Adapter, direction: Direction): JsonSchema | undefined {
  return direction === 'receive' ? adapter.receiveConfig : adapter.sendConfig;
}

function directionCases(adapter: Adapter, direction: Direction, schema: JsonSchema): void {
  const examples = adapter.examples.filter((example) => example.direction === direction);
  const validate = compile(schema);

  test(`${direction}: every option is described`, () => {
    const options = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
    expect(options.filter(([, option]) => !option['description']).map(([name]) => name)).toEqual([]);
  });

  test(`${direction}: there is an example`, () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  for (const { title, config } of examples) {
    test(`${direction}: the example "${title}" passes its schema and check()`, () => {
      expect(errorsOf(validate, config)).toEqual([]);
      expect(adapter.check(config, direction)).toEqual([]);
    });
  }

  test(`${direction}: an unknown option is found`, () => {
    const config = { ...(examples[0]!.config as Options), fliename: 'x' };
    expect(errorsOf(validate, config)).toContainEqual('/fliename is unknown');
  });

  for (const name of (schema['required'] ?? []) as string[]) {
    test(`${direction}: the missing option ${name} is found`, () => {
      const { [name]: _left, ...config } = examples[0]!.config as Options;
      expect(errorsOf(validate, config)).toContainEqual(`/${name} is missing`);
    });
  }
}

function compile(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  ajv.addFormat('solution-path', true);
  ajv.addFormat('certificate', true);
  ajv.addFormat('duration', new RegExp(durationPattern));
  const closed = schema['unevaluatedProperties'] === undefined ? { additionalProperties: false } : {};
  return ajv.compile({ type: 'object', ...closed, ...schema });
}

function errorsOf(validate: ValidateFunction, config: unknown): string[] {
  validate(structuredClone(config));
  return (validate.errors ?? []).map(told);
}

function told({ instancePath, keyword, params, message }: ErrorObject): string {
  if (keyword === 'required') return `${instancePath}/${params['missingProperty']} is missing`;
  const unknown = params['additionalProperty'] ?? params['unevaluatedProperty'];
  return unknown === undefined ? `${instancePath} ${message}` : `${instancePath}/${unknown} is unknown`;
}
