/** Who may ask the admin API, and what it says to what it does not know. */
import { createAdminServer } from '../../../runtime/admin/server.ts';
import { defaultRetention } from '../../../runtime/contracts/retention.ts';
import { oneWay } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus, TOKEN } from './asked-bus.ts';

let bus: AskedBus;
beforeAll(async () => {
  bus = await startAskedBus(oneWay());
});
afterAll(() => bus.stop());

test.each([
  ['no token', ''],
  ['a wrong token', 'Bearer wrong'],
  ['a wrong token of the right length', `Bearer ${TOKEN.replace('a', 'b')}`],
  ['another scheme', `Basic ${TOKEN}`],
  ['the token alone', TOKEN],
])('%s is denied, on routes that are and that are not', async (_what, authorization) => {
  for (const path of ['/status', '/messages', '/no-such-thing']) {
    const answer = await bus.get(path, { Authorization: authorization });
    expect([answer.status, answer.body.code]).toEqual([401, 'ADMIN_DENIED']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.text).not.toContain(TOKEN);
  }
  const order = await bus.post('/suspended/terminate', { all: true }, { Authorization: authorization });
  expect(order.status).toBe(401);
});

test.each([
  ['GET', '/'],
  ['GET', '/no-such-thing'],
  ['GET', '/suspended/resume'],
  ['POST', '/status'],
  ['POST', '/deliveries/d1/explode'],
  ['POST', '/locations/a/b/c'],
])('%s %s is nothing', async (method, path) => {
  const answer = await (method === 'GET' ? bus.get(path) : bus.post(path));
  expect(answer).toMatchObject({ status: 404, body: { code: 'ADMIN_NO_ROUTE', instance: path, status: 404 } });
});

test('an error is problem+json that says what to do, without a word about the inside', async () => {
  const answer = await bus.get('/messages/nope');
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ title: 'NOT_FOUND', detail: 'There is no message nope.', type: 'about:blank' });
  expect(answer.body.help).toMatch(/\.$/);
  expect(answer.text).not.toMatch(/node_modules|\.ts:/);
  expect(answer.headers.get('x-powered-by')).toBeNull();
});

test.each([
  '/messages?limit=0',
  '/messages?limit=-1',
  '/messages?limit=many',
  '/messages?limit=1.5',
  '/messages?limit=1001',
  '/messages?limit=1&limit=2',
  '/messages?type[a]=b&type=c&type=d',
  '/suspended?limit=0',
  '/suspended?code=a&code=b',
  '/instances?limit=x',
  '/instances?status=dreaming',
  '/messages/%E0%A4%A',
])('GET %s is refused as not understood', async (path) => {
  const answer = await bus.get(path);
  expect([answer.status, answer.body.code]).toEqual([400, 'ADMIN_BAD_REQUEST']);
});

test('a port that is taken is told as HTTP_LISTEN', async () => {
  const port = Number(new URL(bus.address).port);
  const listen = { host: '127.0.0.1', port };
  const { host, box, clock } = bus;
  const newId = () => 'none';
  const what = { bus: 'b', version: '0', host, hostName: 'm', box, clock, newId, retention: defaultRetention };
  const second = createAdminServer({ ...what, listen, token: TOKEN });
  await expect(second.start()).rejects.toMatchObject({ code: 'HTTP_LISTEN', kind: 'config' });
  await second.stop();
});
