/** A whole bus that serves a contract: what comes in is routed by its operation and typed by it. */

import { bytesOf } from '../../../../runtime/contracts/message.ts';
import { eventually } from '../../../../runtime/testing/eventually.ts';
import { type HttpSink, openSink } from '../../../contract/http-sink.ts';
import { type ContractBus, served, startContractBus } from './contract-bus.ts';

let bus: ContractBus | undefined;
let sink: HttpSink;

beforeEach(async () => {
  sink = await openSink((_body, response) => response.writeHead(204).end());
});

afterEach(async () => {
  await bus?.stop();
  bus = undefined;
  await sink.close();
});

const json = (body: unknown, method = 'POST') => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

test('the operation chooses who takes the message, and its type', async () => {
  bus = await startContractBus(
    served(`application: care
receivePorts:
  care:
    locations:
      api: { transport: rest, openapi: schemas/street-care.yaml, path: /care, pipeline: json-receive }
sendPorts:
  changes:
    transport: rest
    url: ${sink.address}/{rest.path.id}/{message.type}
    pipeline: json-send
    filter: rest.operation == "changeReport"
  others:
    transport: rest
    url: ${sink.address}/others
    pipeline: json-send
    filter: message.type == "get-report-request" && report.id > 5
`),
  );
  const { address } = bus.host;
  expect((await fetch(`${address}/care/reports/7`, json({ category: 'light' }, 'PUT'))).status).toBe(204);
  expect((await fetch(`${address}/care/reports/8`)).status).toBe(200);
  await eventually('both were sent', () => sink.requests.length === 2);
  expect(sink.requests.map(({ url }) => url).sort()).toEqual(['/7/change-report-request', '/others']);
  const bodies = sink.taken().map((body) => JSON.parse(Buffer.from(body).toString()) as unknown);
  expect(bodies).toEqual(expect.arrayContaining([{ id: 7, body: { category: 'light' } }, { id: 8 }]));
});

const twoWay = `application: care
receivePorts:
  care:
    response: [create-report-response, get-report-response]
    locations:
      api:
        transport: rest
        openapi: schemas/street-care.yaml
        path: /care
        pipeline: json-receive
bindings: { care: { care: care } }
sendPorts:
  rest-of-it: { transport: file, folder: out, pipeline: json-send, filter: 'rest.operation == "changeReport"' }
`;

/** Answers with the reference that it was given as depth; a report that is asked for is not there. */
const orchestration = `orchestration: care
messages:
  { create: create-report-request, created: create-report-response, ask: get-report-request, found: get-report-response }
body:
  - listen:
      - receive: { port: care, message: create, activate: true }
        do:
          - assign: { created.reference: '"R" + string(create.depth)' }
          - send: { port: care, message: created }
      - receive: { port: care, message: ask, activate: true }
        do:
          - assign: { found.category: '"light"', found.status: '404' }
          - send: { port: care, message: found }
`;

test('an orchestration answers by the contract, or its answer is kept and the caller told', async () => {
  const promote = {
    'schemas/get-report-response.message.yaml':
      'message: get-report-response\nschema: get-report-response.schema.json\npromote: { rest.status: status }\n',
  };
  bus = await startContractBus(served(twoWay, { 'orchestrations/care.orchestration.yaml': orchestration, ...promote }));
  const { address } = bus.host;
  const created = await fetch(`${address}/care/reports`, json({ category: 'light', depth: 7 }));
  expect([created.status, await created.json()]).toEqual([201, { reference: 'R7' }]);
  const missing = await fetch(`${address}/care/reports/8`);
  expect([missing.status, await missing.text()]).toEqual([404, '']);
  const changed = await fetch(`${address}/care/reports/8`, json({ category: 'light' }, 'PUT'));
  expect(changed.status).toBe(204);
  expect(await bus.suspended()).toEqual([]);
  const wrong = await fetch(`${address}/care/reports`, json({ category: 'light', depth: -1 }));
  expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([502, 'CONTRACT_VIOLATION']);
  const [held] = await bus.suspended();
  expect(held).toMatchObject({ code: 'CONTRACT_VIOLATION', subscriber: 'receive:care/api' });
  expect(held!.reason).toContain('/reference must match the pattern');
  const [message] = await bus.box.read([held!.message!]);
  expect(Buffer.from(await bytesOf(message!.parts[0])).toString()).toBe('{"reference":"R-1"}');
});

test('parameters in headers are known to whoever names them, such as the key of duplicates', async () => {
  bus = await startContractBus(
    served(`application: care
receivePorts:
  care:
    locations:
      api:
        transport: rest
        openapi: schemas/street-care.yaml
        path: /care
        pipeline: json-receive
        dedupe: { key: rest.header.xRequestId }
sendPorts:
  all: { transport: rest, url: "${sink.address}/all", pipeline: json-send, filter: bus.receivePort == "care" }
`),
  );
  const ids = ['7b1c7b56-7dd2-4d3a-8dd5-0d0a3d7c7f10', '7b1c7b56-7dd2-4d3a-8dd5-0d0a3d7c7f11'];
  for (const id of [ids[0]!, ids[0]!, ids[1]!]) {
    const answer = await fetch(`${bus.host.address}/care/reports?since=2026-01-01`, {
      headers: { 'X-Request-Id': id },
    });
    expect(answer.status).toBe(200);
  }
  await eventually('two were sent', () => sink.requests.length === 2);
  expect(bus.events.filter(({ name }) => name === 'message-duplicate')).toHaveLength(1);
});

test('an answer that breaks the contract goes to whoever takes failed messages', async () => {
  const routed = twoWay.replace('    locations:', '    failedMessages: route\n    locations:').replace(
    'sendPorts:\n',
    `sendPorts:
  repairs:
    transport: rest
    url: ${sink.address}/{ErrorReport.FailureCode}/{ErrorReport.ReceiveLocation}
    pipeline: pass-through
    filter: ErrorReport.ErrorType == "FailedMessage"
`,
  );
  bus = await startContractBus(served(routed, { 'orchestrations/care.orchestration.yaml': orchestration }));
  const wrong = await fetch(`${bus.host.address}/care/reports`, json({ category: 'light', depth: -1 }));
  expect(wrong.status).toBe(502);
  await eventually('it was sent', () => sink.requests.length === 1);
  expect(sink.requests[0]!.url).toBe('/CONTRACT_VIOLATION/api');
  await eventually('it was taken', () => sink.taken().length === 1);
  expect(Buffer.from(sink.taken()[0]!).toString()).toBe('{"reference":"R-1"}');
  expect(await bus.suspended()).toEqual([]);
});

test('another location serves what the contract does not, at the very same paths', async () => {
  bus = await startContractBus(
    served(`application: care
receivePorts:
  care:
    locations:
      api: { transport: rest, openapi: schemas/street-care.yaml, path: /care, pipeline: json-receive }
      patch: { transport: rest, path: /care/reports, method: PATCH, pipeline: json-receive, message: create-report-request }
      other: { transport: rest, path: /care/other, pipeline: json-receive, message: create-report-request }
sendPorts:
  all: { transport: rest, url: "${sink.address}/{bus.receiveLocation}", pipeline: json-send, filter: bus.receivePort == "care" }
`),
  );
  const { address } = bus.host;
  const report = { category: 'light' };
  const statuses = [
    await fetch(`${address}/care/reports`, json(report)),
    await fetch(`${address}/care/reports`, json(report, 'PATCH')),
    await fetch(`${address}/care/other`, json(report)),
  ].map(({ status }) => status);
  expect(statuses).toEqual([201, 202, 202]);
  const wrong = await fetch(`${address}/care/reports`, json(report, 'PUT'));
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, PATCH, OPTIONS']);
  await eventually('all were sent', () => sink.requests.length === 3);
  expect(sink.requests.map(({ url }) => url).sort()).toEqual(['/api', '/other', '/patch']);
});
