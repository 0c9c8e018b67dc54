/** `guildhall import openapi` with what vendors write: Swagger 2.0, and schemas that stretch the standard. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authHint } from '../../../runtime/cli/import/auth-hint.ts';
import { jsonSchemaOf } from '../../../runtime/openapi/json-schema-of.ts';
import { guildhall, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
let made = 0;

/** Imports into a fresh solution, which must be right after that. */
async function importing(contract: unknown) {
  made += 1;
  const folder = join(temporary.folder, `g${made}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'it.json'), JSON.stringify(contract));
  await guildhall(folder, 'new', 'solution', 'solution');
  const solution = join(folder, 'solution');
  const said = await guildhall(solution, 'import', 'openapi', '../it.json', '--json');
  expect(said).toMatchObject({ exit: 0, err: '' });
  expect((await guildhall(solution, 'check')).out).toBe('0 errors, 0 warnings.');
  const text = (path: string) => readFileSync(join(solution, path), 'utf8');
  return { text, json: (path: string) => JSON.parse(text(path)) as unknown, ...(said.json() as { files: string[] }) };
}

test('Swagger 2.0: bodies, forms, answers and parameters, some of them defined elsewhere', async () => {
  const { text, json } = await importing({
    swagger: '2.0',
    info: { title: 'Bins', version: '1' },
    host: '127.0.0.1:9',
    basePath: '/api',
    schemes: ['http'],
    consumes: ['application/json'],
    produces: ['application/json'],
    paths: {
      '/bins/{uprn}': {
        parameters: [{ $ref: '#/parameters/Uprn' }],
        get: {
          operationId: 'findBins',
          parameters: [{ name: 'from', in: 'query', type: 'string', format: 'date' }],
          responses: { 200: { description: 'ok', schema: { type: 'array', items: { $ref: '#/definitions/Bin' } } } },
        },
        put: {
          operationId: 'setBin',
          parameters: [{ $ref: '#/parameters/Bin' }],
          responses: { 200: { $ref: '#/responses/Made' } },
        },
      },
      '/photos': {
        post: {
          operationId: 'sendPhoto',
          consumes: ['multipart/form-data'],
          parameters: [
            { name: 'photo', in: 'formData', type: 'file', required: true },
            { name: 'note', in: 'formData', type: 'string', maxLength: 9 },
          ],
          responses: { 204: { description: 'ok' } },
        },
      },
      '/notes': {
        post: {
          operationId: 'sendNote',
          consumes: ['application/x-www-form-urlencoded'],
          parameters: [{ name: 'note', in: 'formData', type: 'string' }],
          responses: { 204: { description: 'ok' } },
        },
      },
    },
    parameters: {
      Uprn: { name: 'uprn', in: 'path', required: true, type: 'string' },
      Bin: { name: 'bin', in: 'body', schema: { $ref: '#/definitions/Bin' } },
    },
    responses: { Made: { description: 'made', schema: { type: 'object', properties: { id: { type: 'string' } } } } },
    definitions: {
      Bin: {
        type: 'object',
        discriminator: 'kind',
        required: ['kind'],
        properties: {
          kind: { type: 'string' },
          inside: { $ref: '#/definitions/Bin' },
          at: { type: 'string', 'x-nullable': true },
        },
      },
    },
  });
  expect(json('schemas/it/it.definitions.json')).toMatchObject({
    $defs: {
      Bin: {
        type: 'object',
        required: ['kind'],
        properties: {
          kind: { type: 'string' },
          inside: { $ref: 'it.definitions.json#/$defs/Bin' },
          at: { type: ['string', 'null'] },
        },
      },
    },
  });
  expect(json('schemas/it/find-bins-request.schema.json')).toMatchObject({
    properties: { uprn: { type: 'string' }, from: { type: 'string', format: 'date' } },
    required: ['uprn'],
  });
  expect(json('schemas/it/set-bin-request.schema.json')).toMatchObject({
    properties: { uprn: { type: 'string' }, body: { $ref: 'it.definitions.json#/$defs/Bin' } },
    required: ['uprn'],
  });
  expect(json('schemas/it/set-bin-response.schema.json')).toMatchObject({ properties: { id: { type: 'string' } } });
  expect(json('schemas/it/send-photo-request.schema.json')).toMatchObject({
    properties: { photo: { required: ['part'] }, note: { type: 'string', maxLength: 9 } },
    required: ['photo'],
  });
  const application = text('config/applications/it.yaml');
  expect(application).toContain('# url: in place of http://127.0.0.1:9/api\n');
  expect(application).toMatch(/send-photo:[\s\S]*operation: "sendPhoto"[\s\S]*send-note:[\s\S]*operation: "sendNote"/);
});

test('anchors, ids, servers with variables, and media types with parameters', async () => {
  const { text, json } = await importing({
    openapi: '3.1.0',
    servers: [{ url: 'http://127.0.0.1:9/{stage}', variables: { stage: { default: 'live' } } }],
    paths: {
      '/a': {
        post: {
          operationId: 'send',
          requestBody: {
            content: { 'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/A' } } },
          },
          responses: { '2XX': { description: 'ok', content: { 'application/vnd.a+json': { schema: true } } } },
        },
      },
    },
    components: {
      schemas: {
        A: { $id: 'https://a.example/a', $anchor: 'here', type: 'object', properties: { next: { $ref: '#here' } } },
        'B (v2)': { oneOf: [{ $ref: '#/components/schemas/B%20(v2)' }, { type: 'null' }] },
      },
    },
  });
  expect(json('schemas/it/it.definitions.json')).toMatchObject({
    $defs: {
      A: { properties: { next: { $ref: 'it.definitions.json#/$defs/here' } } },
      here: { properties: { next: { $ref: 'it.definitions.json#/$defs/here' } } },
    },
  });
  expect(text('config/applications/it.yaml')).toContain('# url: in place of http://127.0.0.1:9/live\n');
});

test.each([
  [
    { type: 'string', pattern: '^[^\\@ ]+\\@\\_$' },
    { type: 'string', pattern: '^[^@ ]+@_$' },
  ],
  [{ type: 'string', pattern: '(?<!a' }, { type: 'string' }],
  [{ type: 'file' }, {}],
  [{ type: ['string', 'any', 'null'] }, { type: ['string', 'null'] }],
  [{ type: 'string', required: true, enum: [] }, { type: 'string' }],
  [
    { type: 'object', required: ['a', 'a'], properties: null },
    { type: 'object', required: ['a'], properties: {} },
  ],
  [{ enum: ['a', 'a', 1] }, { enum: ['a', 1] }],
  [
    { type: 'integer', minimum: '1', maximum: 5, exclusiveMaximum: true, maxLength: null },
    { type: 'integer', minimum: 1, exclusiveMaximum: 5 },
  ],
  [
    { type: 'string', enum: ['a', null], nullable: true },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [{ $ref: '#/a', nullable: true }, { anyOf: [{ $ref: '#/a' }, { type: 'null' }] }],
  [
    { type: 'array', items: [{ type: 'number' }] },
    { type: 'array', prefixItems: [{ type: 'number' }] },
  ],
  [{ allOf: [], collectionFormat: 'csv', 'x-a': 1 }, {}],
  [
    { properties: { nullable: { type: 'boolean' }, enum: { type: 'string' } } },
    { properties: { nullable: { type: 'boolean' }, enum: { type: 'string' } } },
  ],
])('%j is %j', (written, schema) => {
  expect(jsonSchemaOf(written, (reference) => reference)).toEqual(schema);
});

test.each([
  [{ type: 'http', scheme: 'Bearer' }, 'type: bearer, token: { secret: BIG_BINS_TOKEN }'],
  [{ type: 'http', scheme: 'basic' }, 'type: basic, user: bus, password: { secret: BIG_BINS_PASSWORD }'],
  [{ type: 'apiKey', in: 'query', name: 'key' }, 'type: apiKey, name: "key", in: query, key: { secret: BIG_BINS_KEY }'],
  [
    { type: 'oauth2', flows: {} },
    'type: clientCredentials, tokenUrl: https://..., client: bus, clientSecret: { secret: BIG_BINS_CLIENT }',
  ],
  [{ type: 'apiKey', in: 'cookie', name: 'key' }, undefined],
])('a starting application says how %j might be met', (scheme, written) => {
  const hint = authHint({ components: { securitySchemes: { s: scheme } } }, 'big-bins');
  expect(hint).toBe(written && `# auth: { ${written} }`);
});
