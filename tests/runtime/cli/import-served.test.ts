/** `guildhall import openapi --serve`: an application that serves the contract, which is right at once and takes what it promises. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guildhall, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

const contract = {
  openapi: '3.0.3',
  info: { title: 'Bins', version: '1' },
  servers: [{ url: 'https://bins.example/api' }],
  security: [{ key: [] }],
  paths: {
    '/bins/{uprn}/{day}': {
      parameters: [{ name: 'uprn', in: 'path', required: true, schema: { type: 'integer' } }],
      get: {
        operationId: 'findBins',
        parameters: [{ name: 'from', in: 'query', schema: { type: 'string', format: 'date' } }],
        responses: {
          200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Bin' } } } },
          401: {
            description: 'who?',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Wrong' } } },
          },
          404: {
            description: 'none',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Wrong' } } },
          },
          409: { description: 'busy', content: { 'application/json': { schema: { type: 'object' } } } },
          410: { description: 'gone', content: { 'application/problem+json': { schema: { type: 'object' } } } },
        },
      },
      put: {
        operationId: 'setBin',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Bin' } } },
        },
        responses: { 204: { description: 'ok' } },
      },
    },
    '/photos': {
      post: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: {
                  photo: { type: 'string', format: 'binary' },
                  more: { type: 'array', items: { type: 'string', format: 'binary' } },
                  note: { type: 'string' },
                },
              },
            },
          },
        },
        responses: { 202: { description: 'ok' } },
      },
    },
    '/raw': {
      post: {
        operationId: 'sendRaw',
        requestBody: { content: { 'image/png': {} } },
        responses: { 202: { description: 'ok' } },
      },
    },
  },
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    schemas: {
      Wrong: { type: 'object', properties: { why: { type: 'string' } } },
      Bin: {
        type: 'object',
        required: ['id', 'colour'],
        properties: { id: { type: 'string', readOnly: true }, colour: { type: 'string' } },
      },
    },
  },
};

test('types for all that comes in and goes out, and one location for them all', async () => {
  const { folder } = temporary;
  writeFileSync(join(folder, 'bins.json'), JSON.stringify(contract));
  await guildhall(folder, 'new', 'solution', 'solution');
  const solution = join(folder, 'solution');
  mkdirSync(join(solution, 'schemas'), { recursive: true });
  writeFileSync(join(solution, 'schemas/set-bin-request.message.yaml'), 'message: set-bin-request\nformat: xml\n');
  const said = await guildhall(solution, 'import', 'openapi', '../bins.json', '--serve', '--json');
  expect(said).toMatchObject({ exit: 0, err: '' });
  expect((said.json() as { notes: string[] }).notes).toEqual([expect.stringContaining('proof of who calls')]);
  const text = (path: string) => readFileSync(join(solution, path), 'utf8');
  expect(text('config/applications/bins.yaml')).toBe(`application: bins
description: Serves bins, as its OpenAPI document says.
receivePorts:
  bins:
    response: [find-bins-response, wrong, find-bins-409]
    locations:
      api:
        transport: rest
        openapi: schemas/bins/contract/bins.json
        # path: where it lies, in place of the path of its first server
        pipeline: json-receive
        operations:
          "findBins": { answers: { "404": wrong, "409": find-bins-409 } }
          "setBin": { request: set-bin-request-2 }
# bindings: { <orchestration>: { <its port>: bins } }
# or a send port with a filter, as rest.operation == "findBins"
`);
  const schema = (type: string) => JSON.parse(text(`schemas/bins/${type}.schema.json`)) as Record<string, unknown>;
  expect(schema('find-bins-request')).toMatchObject({
    properties: { uprn: { type: 'integer' }, from: { type: 'string', format: 'date' }, day: { type: 'string' } },
    required: ['uprn', 'day'],
    additionalProperties: false,
  });
  expect(schema('set-bin-request-2')).toMatchObject({
    properties: { body: { $ref: 'bins.definitions.json#/$defs/Bin' } },
    required: ['uprn', 'day', 'body'],
  });
  const file = { type: 'object', required: ['part'] };
  expect(schema('post-photos-request')).toMatchObject({
    properties: { photo: file, more: { type: 'array', items: file }, note: { type: 'string' } },
  });
  expect(schema('send-raw-request')).toMatchObject(file);
  const { out } = await guildhall(solution, 'check');
  expect(
    out
      .match(/ ([A-Z]+_[A-Z]+) /g)!
      .map((code) => code.trim())
      .sort(),
  ).toEqual([...Array.from({ length: 4 }, () => 'OPERATION_UNHANDLED'), 'SECURITY_UNMET']);
  expect(out).toMatch(/0 errors, 5 warnings/);
});

test('only what can be served is', async () => {
  const said = await guildhall(temporary.folder, 'import', 'xsd', 'a.xsd', '--serve');
  expect(said.exit).not.toBe(0);
  expect(said.err).toContain('--serve');
});
