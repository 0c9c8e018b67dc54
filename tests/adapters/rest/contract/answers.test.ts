/** Answers by a contract over real sockets: statuses, forms, faults, and what breaks it. */
import type { Submission } from '../../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../../runtime/contracts/errors.ts';
import type { Message, Property } from '../../../../runtime/contracts/message.ts';
import { busError } from '../../../../runtime/errors/bus-error.ts';
import { testMessage } from '../../../../runtime/testing/test-message.ts';
import { type OpenLocation, openContractLocation } from './open-contract.ts';

let location: OpenLocation;
let next: () => Partial<Submission>;
let kept: { readonly answer: Message; readonly error: BusError }[];

beforeAll(async () => {
  const config = {
    faults: { Duplicate: 409 },
    operations: {
      createReport: { answers: { '422': 'refusal' } },
      exportReports: { wait: false },
      changeReport: { wait: true },
    },
  };
  location = await openContractLocation(config, async () => next(), { twoWay: true });
});

beforeEach(() => {
  kept = [];
});

afterAll(() => location.close());

function answering(document: unknown, properties: Record<string, string | number> = {}, more: Partial<Message> = {}) {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  const context = new Map(
    Object.entries(properties).map(([name, value]): [string, Property] => [name, { value, promoted: true }]),
  );
  const made = { ...testMessage({ id: 'a1', bytes, contentType: 'application/json' }), context, ...more };
  const keepAnswer: Submission['keepAnswer'] = async (answer, error) => void kept.push({ answer, error });
  next = () => ({ response: Promise.resolve(made), keepAnswer });
}

function refusing(
  code: 'RESPONSE_REFUSED' | 'RESPONSE_TIMEOUT' | 'SCHEMA_VIOLATION',
  fault?: string,
  detail?: unknown,
) {
  const error = busError(
    code,
    { reason: 'no', message: 'm', timeout: 1, type: 't', count: 1, violations: 'v' },
    {
      ...(fault === undefined ? {} : { fault }),
      detail,
    },
  );
  const response = Promise.reject(error);
  response.catch(() => {});
  next = () => ({ response });
}

const create = () => location.json('/reports', { category: 'light' });
const told = async (answer: Response) => [answer.status, answer.headers.get('content-type'), await answer.text()];

test('by default the status of success with content, with the headers that the contract names', async () => {
  answering({ reference: 'R1' }, { 'rest.header.location': '/reports/1', 'rest.header.other': 'x' });
  const answer = await create();
  expect(answer.headers.get('location')).toBe('/reports/1');
  expect(answer.headers.get('other')).toBeNull();
  expect(answer.headers.get('guildhall-message-id')).toMatch(/^m/);
  expect(await told(answer)).toEqual([201, 'application/json', '{"reference":"R1"}']);
});

test('without content where the contract has none', async () => {
  answering({ anything: 1 });
  const answer = await location.json('/reports/7', { category: 'light' }, { method: 'PUT' });
  expect([answer.headers.get('content-length'), ...(await told(answer))]).toEqual([null, 204, null, '']);
});

test('by its own word or its type', async () => {
  answering({ category: 'light' }, { 'rest.status': 404 });
  expect((await location.ask('/reports/7')).status).toBe(404);
  answering({ reason: 'too dark' }, {}, { type: 'refusal' });
  expect(await told(await create())).toEqual([422, 'application/json', '{"reason":"too dark"}']);
});

test.each([
  ['its schema', { reference: 'x' }, {}, '/reference must match the pattern ^R[0-9]+$'],
  ['JSON', '{"reference":', {}, 'it is no JSON'],
  [
    'the statuses of the contract',
    { reference: 'R1' },
    { 'rest.status': 418 },
    'it has the status 418, which the contract does not name',
  ],
  [
    'any status',
    { reference: 'R1' },
    { 'rest.status': 'fine' },
    'its property rest.status is "fine", which is no status',
  ],
])('what breaks %s is kept, and the caller is told without a word of it', async (_, document, properties, reason) => {
  answering(document, properties);
  const answer = await create();
  const problem = (await answer.json()) as { code: string; detail: string };
  expect([answer.status, problem.code]).toEqual([502, 'CONTRACT_VIOLATION']);
  expect(problem.detail).toBe('The answer breaks the contract; it was kept, and waits for an operator.');
  expect(kept.map(({ answer: { id }, error }) => [id, error.message])).toEqual([
    ['a1', `The answer breaks the contract of the operation createReport: ${reason}.`],
  ]);
});

test('what is of another media type is kept, too', async () => {
  answering(
    '<a/>',
    {},
    { parts: testMessage({ id: 'a1', bytes: Buffer.from('<a/>'), contentType: 'text/xml' }).parts },
  );
  expect((await create()).status).toBe(502);
  expect(kept[0]!.error.message).toContain('it is text/xml, not application/json');
});

describe('refusals', () => {
  test.each([
    ['Duplicate', undefined, 409, 'application/problem+json'],
    ['NotFound', undefined, 422, 'application/problem+json'],
    [undefined, undefined, 422, 'application/problem+json'],
    ['Full', { reason: 'no room' }, 422, 'application/json'],
    ['Full', { other: 1 }, 422, 'application/problem+json'],
  ])('the fault %s with %j', async (fault, detail, status, type) => {
    refusing('RESPONSE_REFUSED', fault, detail);
    const [code, found, text] = await told(await create());
    expect([code, found]).toEqual([status, type]);
    if (type === 'application/json') expect(text).toBe(JSON.stringify(detail));
    else expect(JSON.parse(String(text))).toMatchObject({ code: 'RESPONSE_REFUSED', ...(fault ? { fault } : {}) });
  });

  test('a fault that is called as a status of the contract is', async () => {
    refusing('RESPONSE_REFUSED', 'not-found');
    expect((await location.ask('/reports/7')).status).toBe(404);
  });

  test('an answer that our own pipeline cannot write is not the fault of the caller; one that is late is not lost', async () => {
    refusing('SCHEMA_VIOLATION');
    expect((await create()).status).toBe(502);
    refusing('RESPONSE_TIMEOUT');
    const late = await create();
    expect([late.status, ((await late.json()) as { status: string }).status]).toEqual([202, 'accepted']);
  });
});

test('nobody waits where the contract only accepts, or the location says so', async () => {
  next = () => ({ response: new Promise<Message>(() => {}) });
  const deleted = await location.ask('/reports/7', { method: 'DELETE' });
  expect(
    (await location.ask('/reports/7/photo', { method: 'PUT', headers: { 'Content-Type': 'image/png' }, body: 'x' }))
      .status,
  ).toBe(202);
  expect([deleted.headers.get('content-length'), ...(await told(deleted))]).toEqual(['0', 202, null, '']);
  expect((await location.ask('/reports/export')).status).toBe(200);
});

test('one-way: an accepted message is answered in our words only where the contract has room for them', async () => {
  const oneWay = await openContractLocation();
  const answers = [
    await oneWay.json('/reports', { category: 'light' }),
    await oneWay.json('/reports/7', { category: 'light' }, { method: 'PUT' }),
  ];
  expect(await Promise.all(answers.map(told))).toEqual([
    [201, null, ''],
    [204, null, ''],
  ]);
  await oneWay.close();
});

test('what cannot be kept or goes no further', async () => {
  next = () => ({
    outcome: 'suspended',
    error: busError('SCHEMA_VIOLATION', { type: 't', count: 1, violations: 'v' }),
  });
  expect((await create()).status).toBe(422);
  next = () => {
    throw busError('BUS_BUSY', {}, { retryAfter: 7000 });
  };
  const busy = await create();
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
});
