/** A whole bus that serves a contract: what comes in is routed by its operation and typed by it. */

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
