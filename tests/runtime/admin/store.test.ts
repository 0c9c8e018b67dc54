/** The store by the admin API: retention, bodies that are gone, and what a store of this kind cannot do. */
import { defaultRetention } from '../../../runtime/contracts/retention.ts';
import { messageOf } from '../../../runtime/testing/message-box/bench.ts';
import { oneWay } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

const DAY = 86_400_000;
const body = JSON.stringify({ id: 'P-1', kind: 'letter' });

let bus: AskedBus;
let id: string;
beforeEach(async () => {
  bus = await startAskedBus(oneWay());
  await bus.box.commit({ now: bus.clock.now() - 31 * DAY, keep: [messageOf('old')] });
  ({ messageId: id } = await bus.stub.arrive('in/door', body));
  await bus.settle();
});
afterEach(() => bus.stop());

test('purge does what the policy says, and a dry run only says it', async () => {
  const nothing = { messages: 0, bodies: 0, instances: 0, keys: 0 };
  expect((await bus.post('/store/purge', { dryRun: true })).body).toEqual({ ...nothing, messages: 1 });
  expect((await bus.get('/messages/old')).status).toBe(200);
  expect((await bus.post('/store/purge', {})).body).toEqual({ ...nothing, messages: 1 });
  expect((await bus.get('/messages/old')).status).toBe(404);
  expect((await bus.post('/store/purge', {})).body).toEqual(nothing);
  expect((await bus.get(`/messages/${id}`)).status).toBe(200);
});

test('a message whose bytes are gone is shown without them, and its body is told as gone', async () => {
  expect((await bus.get(`/messages/${id}`)).body.body).toMatchObject({ text: body, cut: false });
  const policy = { ...defaultRetention, bodies: DAY };
  await bus.box.purge({ now: bus.clock.now() + 2 * DAY, policy, limit: 100 });
  const { status, body: shown } = await bus.get(`/messages/${id}`);
  expect([status, shown.body.gone, shown.deliveries.length]).toEqual([200, true, 1]);
  const gone = await bus.get(`/messages/${id}/body`);
  expect([gone.status, gone.body.code]).toEqual([410, 'BODY_PURGED']);
});

test('what this store cannot do is refused with its reason', async () => {
  const refused = async (path: string, order: object) => (await bus.post(path, order)).body.code;
  expect(await refused('/store/backup', { file: '/nowhere/box.db' })).toBe('STORE_NO_BACKUP');
  expect(await refused('/store/backup', { file: 'relative.db' })).toBe('ADMIN_BAD_REQUEST');
  expect(await refused('/store/backup', {})).toBe('ADMIN_BAD_REQUEST');
  expect(await refused('/store/rotate', {})).toBe('STORE_NOT_SEALED');
});
