/** The admin API's looks at messages and suspended deliveries, and its orders: one at a time and many at once. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { oneWay } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

let bus: AskedBus;
beforeEach(async () => {
  bus = await startAskedBus(oneWay('    retry: { attempts: 1 }\n'));
});
afterEach(() => bus.stop());

const parcel = (id: string, kind = 'letter') => JSON.stringify({ id, kind });
const refusal = () => busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' });

async function arrive(text: string): Promise<string> {
  const { messageId } = await bus.stub.arrive('in/door', text);
  await bus.settle();
  return messageId;
}

async function deliveryOf(message: string): Promise<string> {
  const { body } = await bus.get(`/messages/${message}`);
  return body.deliveries[0].id;
}

test('status tells what runs, what is on record and what is suspended', async () => {
  await arrive(parcel('P-1'));
  await arrive('{"id": ');
  const { status, body } = await bus.get('/status');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    bus: 'small',
    version: '0.0.0',
    host: 'main',
    address: bus.host.address,
    messages: 2,
    locations: [{ name: 'in/door', transport: 'stub', state: 'running', failures: 0 }],
    sendPorts: [{ name: 'out', transport: 'stub', state: 'running', busy: 0 }],
    suspended: [{ subscriber: 'receive:in/door', code: 'JSON_SYNTAX', count: 1 }],
    instances: [],
  });
  expect(body.deliveries).toContainEqual({ subscriber: 'send:out', state: 'done', count: 1 });
});

test('messages are listed newest first, by type, port and property, page by page', async () => {
  const ids = [await arrive(parcel('P-1')), await arrive(parcel('P-2')), await arrive('{"id": ')];
  const idsOf = async (query: string) =>
    (await bus.get(`/messages${query}`)).body.messages.map(({ id }: { id: string }) => id);
  expect(await idsOf('')).toEqual(ids.toReversed());
  expect(await idsOf('?limit=1')).toEqual([ids[2]]);
  expect(await idsOf(`?limit=1&before=${ids[2]}`)).toEqual([ids[1]]);
  expect(await idsOf('?type=parcel')).toEqual([ids[1], ids[0]]);
  expect(await idsOf('?port=in')).toEqual(ids.toReversed());
  expect(await idsOf('?port=elsewhere')).toEqual([]);
  expect(await idsOf('?property=parcel.id&value=P-1')).toEqual([ids[0]]);
  const { body } = await bus.get('/messages?type=parcel&limit=1');
  expect(body.messages).toMatchObject([
    { type: 'parcel', size: parcel('P-2').length, at: '2026-06-01T08:00:00.000Z', properties: { 'parcel.id': 'P-2' } },
  ]);
  expect(body.messages[0].promoted).toContain('parcel.id');
});

test('a message is shown with its body, deliveries and history; its bytes as they are', async () => {
  const id = await arrive(parcel('P-1'));
  const { body } = await bus.get(`/messages/${id}`);
  expect(body.body).toEqual({ contentType: 'application/json', text: parcel('P-1'), cut: false });
  expect(body.deliveries).toMatchObject([{ subscriber: 'send:out', state: 'done', attempt: 1 }]);
  expect(body.history.map(({ name }: { name: string }) => name)).toEqual(['message-received', 'message-sent']);
  const raw = await bus.get(`/messages/${id}/body`);
  expect([raw.headers.get('content-type'), raw.text]).toEqual(['application/json', parcel('P-1')]);
});

test('a body that is no text is shown as base64, a long one in part', async () => {
  const binary = await bus.post('/locations/in', '\u00ff', { 'Content-Type': 'application/json; charset=latin1' });
  expect(binary.body.outcome).toBe('suspended');
  const sent = await fetch(`${bus.address}/locations/in`, {
    method: 'POST',
    headers: { Authorization: 'Bearer a-token-of-this-test', 'Content-Type': 'application/json' },
    body: Uint8Array.of(0xff, 0xfe, 0x00),
  });
  const { messageId } = (await sent.json()) as { messageId: string };
  expect((await bus.get(`/messages/${messageId}`)).body.body).toMatchObject({ base64: '//4A', cut: false });
  const long = await arrive(JSON.stringify({ id: 'x'.repeat(300_000) }));
  const { body } = (await bus.get(`/messages/${long}`)).body;
  expect([body.text.length, body.cut]).toEqual([256 * 1024, true]);
  expect((await bus.get(`/messages/${long}/body`)).text).toHaveLength(300_009);
});

test.each(['/messages/nope', '/messages/nope/body', '/messages/nope/explain', '/instances/nope'])(
  'GET %s finds nothing',
  async (path) => {
    expect(await bus.get(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  },
);

test('one is resumed or terminated by its id; what cannot be is a conflict', async () => {
  bus.stub.answer('out', refusal(), refusal());
  const one = await deliveryOf(await arrive(parcel('P-1')));
  const other = await deliveryOf(await arrive(parcel('P-2')));
  expect((await bus.get('/suspended')).body.groups).toEqual([
    { subscriber: 'send:out', code: 'ENDPOINT_REFUSED', count: 2 },
  ]);
  expect(await bus.post(`/deliveries/${one}/resume`)).toMatchObject({ status: 200, body: { id: one, resumed: true } });
  await bus.settle();
  expect(bus.stub.taken('out').map(({ text }) => text)).toEqual([parcel('P-1')]);
  const terminated = await bus.post(`/deliveries/${other}/terminate`);
  expect(terminated).toMatchObject({ status: 200, body: { id: other, terminated: true } });
  expect(await bus.post(`/deliveries/${one}/resume`)).toMatchObject({ status: 409, body: { code: 'NOT_SUSPENDED' } });
  expect(await bus.post(`/deliveries/${one}/terminate`)).toMatchObject({
    status: 409,
    body: { code: 'ALREADY_ENDED' },
  });
  expect((await bus.get('/suspended')).body).toEqual({ groups: [], suspended: [] });
});

test.each([
  '/deliveries/nope/resume',
  '/deliveries/d999/terminate',
  '/instances/nope/resume',
  '/instances/nope/terminate',
])('POST %s finds nothing', async (path) => {
  expect(await bus.post(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

test('many are resumed or terminated by code, by subscriber, or all', async () => {
  bus.stub.answer('out', refusal(), refusal());
  await arrive(parcel('P-1'));
  await arrive(parcel('P-2'));
  await arrive('{"id": ');
  await arrive(parcel('P-3', 'lost'));
  const suspended = async () => (await bus.get('/suspended')).body.suspended.length;
  expect(await suspended()).toBe(4);
  expect((await bus.get('/suspended?code=JSON_SYNTAX')).body.suspended).toHaveLength(1);
  expect((await bus.get('/suspended?subscriber=unrouted')).body.suspended).toHaveLength(1);
  const none = await bus.post('/suspended/resume', { code: 'NO_SUCH_CODE' });
  expect(none.body).toEqual({ resumed: 0, refused: [] });
  const resumed = await bus.post('/suspended/resume', { code: 'ENDPOINT_REFUSED' });
  expect(resumed.body).toEqual({ resumed: 2, refused: [] });
  await bus.settle();
  expect(bus.stub.taken('out')).toHaveLength(2);
  const terminated = await bus.post('/suspended/terminate', { subscriber: 'unrouted' });
  expect(terminated.body).toEqual({ terminated: 1, refused: [] });
  expect(await suspended()).toBe(1);
  expect((await bus.post('/suspended/terminate', { all: true })).body).toEqual({ terminated: 1, refused: [] });
  expect(await suspended()).toBe(0);
});

test.each([
  ['nothing', undefined],
  ['an empty order', {}],
  ['all, but not true', { all: 'yes' }],
  ['a code that is no text', { code: 7 }],
  ['an empty code', { code: '' }],
  ['an empty subscriber', { subscriber: '' }],
  ['a list', []],
  ['a text', '"all"'],
  ['no JSON', '{"all": '],
])('%s does not choose many, and nothing is ended', async (_what, order) => {
  await arrive('{"id": ');
  const answer = await bus.post('/suspended/terminate', order);
  expect([answer.status, answer.body.code]).toEqual([400, 'ADMIN_BAD_REQUEST']);
  expect((await bus.get('/suspended')).body.suspended).toHaveLength(1);
});
