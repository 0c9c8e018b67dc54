/** A whole bus that calls several operations through one port: answers have the types of their operations, declared errors are caught by name. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { eventually } from '../../../../runtime/testing/eventually.ts';
import { type HttpSink, openSink } from '../../../contract/http-sink.ts';
import { type OpenBus, openBus } from '../../../solution/open-bus.ts';

type Files = Readonly<Record<string, string>>;

const CASES = readFileSync(join(import.meta.dirname, 'contracts/cases.yaml'), 'utf8');

const message = (type: string, schema: object): Files => ({
  [`schemas/${type}.message.yaml`]: `message: ${type}\nschema: ${type}.schema.json\n`,
  [`schemas/${type}.schema.json`]: JSON.stringify(schema),
});

const document = {
  type: 'object',
  properties: { id: { type: 'integer' }, kind: { type: 'string' }, cost: { type: 'number' } },
};
const creating = {
  type: 'object',
  properties: { notify: { type: 'boolean' }, body: { type: 'object', properties: { kind: { type: 'string' } } } },
};

const files = (address: string): Files => ({
  'config/bus.yaml': 'bus: northmoor\norganisation: northmoor\nstore: memory\n',
  'config/applications/cases.yaml': `application: cases
receivePorts:
  reports:
    locations:
      folder: { transport: file, folder: in, pipeline: json-receive, message: create-case-request }
sendPorts:
  cases:
    transport: rest
    openapi: schemas/cases.yaml
    url: ${address}
    parameters: { X-Tenant: northmoor }
    headers: { X-Api-Key: k }
    pipeline: json-send
    responsePipeline: json-receive
    response: [create-case-response, get-case-response]
    retry: { attempts: 1 }
  done: { transport: file, folder: out, pipeline: json-send }
bindings:
  open-case: { reports: reports, cases: cases, done: done }
`,
  'schemas/cases.yaml': CASES,
  ...message('create-case-request', creating),
  ...message('create-case-response', document),
  ...message('get-case-request', { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }),
  ...message('get-case-response', document),
  'mappings/ask.map.yaml':
    'map: ask\nfrom: { made: create-case-response }\nto: get-case-request\nfields: { id: made.id }\n',
  'orchestrations/open-case.orchestration.yaml': `orchestration: open-case
messages: { report: create-case-request, made: create-case-response, query: get-case-request, found: get-case-response }
body:
  - receive: { port: reports, message: report, activate: true }
  - scope:
      name: open
      do:
        - request: { port: cases, send: report, response: made, timeout: 5s }
        - transform: { map: ask, from: made, to: query }
      catch:
        - error: CaseExists
          do:
            - assign: { query.id: error.detail.original }
  - request: { port: cases, send: query, response: found, timeout: 5s }
  - send: { port: done, message: found }
`,
});

let far: HttpSink;
let bus: OpenBus;
const asked: string[] = [];

beforeAll(async () => {
  far = await openSink((body, response, { method, url }) => {
    asked.push(`${method} ${url} ${body}`);
    if (method === 'GET') json(response, 200, { id: Number(url!.split('/').at(-1)), kind: 'light', cost: 7 });
    else if (body.includes('pothole')) json(response, 409, { original: 4 });
    else json(response, 201, { id: 9, kind: 'light' });
  });
  bus = await openBus(files(far.address));
});
afterAll(async () => {
  await bus.stop();
  await far.close();
});

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

test.each([
  ['a case that is new', 'light', 9],
  ['one that there is already, by the fault of the contract', 'pothole', 4],
])('%s', async (_title, kind, id) => {
  const before = bus.delivered().length;
  writeFileSync(join(bus.inbox, `${kind}.json`), JSON.stringify({ notify: true, body: { kind } }));
  await eventually('it is done', () => bus.delivered().length > before);
  expect(JSON.parse(bus.delivered().at(-1)!)).toEqual({ id, kind: 'light', cost: 7 });
  expect(asked.slice(-2)).toEqual([`POST /cases?notify=true {"kind":"${kind}"}`, `GET /cases/${id} `]);
  expect(await bus.suspended()).toEqual([]);
});
