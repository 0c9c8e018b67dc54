/** The works system keeps to its habits: tests rely on them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { envelope } from './envelope.ts';
import { startTown, type Town } from './town.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown({ seed: 1, byPhone: ['SR-2026-000900'] });
});
afterAll(() => town.stop());

async function call(body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(town.addresses.works, { method: 'POST', body: envelope(body) });
  return { status: response.status, text: await response.text() };
}

const raise = (reference: string, site = '38900101') =>
  call(
    `<NewEnquiry xmlns="urn:northmoor:works"><ExternalSystemNumber>${reference}</ExternalSystemNumber>` +
      `<LoggedTime>2026-10-26T08:15:00</LoggedTime><SubjectCode>POTH</SubjectCode>` +
      `<Site><Code>${site}</Code><Description>X</Description></Site>` +
      '<EnquiryDescription>A &amp; B</EnquiryDescription><Customer><Name>N</Name></Customer></NewEnquiry>',
  );

const numberIn = (text: string) => /EnquiryNumber>(\d{7})</.exec(text)?.[1];

test('a reference that it has seen is a fault that names the first number', async () => {
  const first = await raise('SR-2026-000001');
  expect(first.status).toBe(200);
  const second = await raise('SR-2026-000001');
  expect(second.status).toBe(500);
  expect(second.text).toContain(`<OriginalEnquiryNumber>${numberIn(first.text)}</OriginalEnquiryNumber>`);
});

test('a reference from the phone is a duplicate at the first call', async () => {
  expect((await raise('SR-2026-000900')).text).toContain('<Duplicate');
});

test('it may do the work and drop the connection', async () => {
  await expect(raise('SR-2026-000007')).rejects.toThrow();
  expect((await raise('SR-2026-000007')).text).toContain('<Duplicate');
});

test('it may say that it failed, though a number shows that it did not', async () => {
  const { text } = await raise('SR-2026-000011');
  expect(text).toContain('<StatusCode>12</StatusCode>');
  expect(numberIn(text)).toBeDefined();
});

test('it refuses in the body of a 200', async () => {
  const { status, text } = await raise('SR-2026-000012', '38900301');
  expect(status).toBe(200);
  expect(text).toContain('<StatusCode>207</StatusCode>');
  expect(numberIn(text)).toBeUndefined();
});

test('it wants its elements in order', async () => {
  const { status } = await call(
    '<NewEnquiry xmlns="urn:northmoor:works"><SubjectCode>POTH</SubjectCode>' +
      '<ExternalSystemNumber>SR-2026-000013</ExternalSystemNumber><Site><Code>1</Code></Site></NewEnquiry>',
  );
  expect(status).toBe(500);
});

test('nobody is there while it is down', async () => {
  await town.control('works', { down: true });
  await expect(raise('SR-2026-000014')).rejects.toThrow();
  await town.control('works', { down: false });
  expect((await raise('SR-2026-000014')).status).toBe(200);
});

test('it pushes an update again until somebody accepts it', async () => {
  const { server, address, bodies, third } = await refusingTwice();
  await town.control('works', { callback: address });
  await raise('SR-2026-000015');
  await third;
  server.close();
  server.closeAllConnections();
  expect(new Set(bodies).size).toBe(1);
  expect(bodies[0]).toContain('<Status>INPROG</Status>');
});

/** Answers 503 to the first two calls about one enquiry. */
async function refusingTwice() {
  const bodies: string[] = [];
  let resolve = () => {};
  const third = new Promise<void>((done) => {
    resolve = done;
  });
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const ours = body.includes('SR-2026-000015');
    if (ours) bodies.push(body);
    response.statusCode = ours && bodies.length < 3 ? 503 : 200;
    response.end();
    if (bodies.length === 3) resolve();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, bodies, third, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
