/** The admin API's orders to send ports: stopped, they wait; started, they go on; and those of an ordered port that wait. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { oneWay } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

let bus: AskedBus;
beforeEach(async () => {
  bus = await startAskedBus(oneWay('    order: { onFailure: park }\n    retry: { attempts: 1 }\n'));
});
afterEach(() => bus.stop());

const arrive = (id: string) => bus.stub.arrive('in/door', JSON.stringify({ id, kind: 'letter' }));
const stateOf = async () => (await bus.get('/status')).body.sendPorts[0].state;

test('a stopped send port says so and sends nothing; started again it sends what waited', async () => {
  expect((await bus.post('/send-ports/out/stop')).body).toEqual({ name: 'out', stopped: true });
  expect((await bus.post('/send-ports/out/stop')).status).toBe(200);
  await arrive('P-1');
  await bus.clock.advance(60_000);
  expect(bus.stub.taken('out')).toEqual([]);
  expect(await stateOf()).toBe('stopped');
  expect((await bus.post('/send-ports/out/start')).body).toEqual({ name: 'out', started: true });
  await bus.clock.advance(1000);
  expect(bus.stub.taken('out')).toHaveLength(1);
  expect(await stateOf()).toBe('running');
});

test('a port that is not there is not found', async () => {
  const { status, body } = await bus.post('/send-ports/nowhere/stop');
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});

test('what is parked is listed with what it waits for, and goes on with it', async () => {
  bus.stub.answer('out', busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' }));
  await arrive('P-1');
  await bus.settle();
  await arrive('P-2');
  const { body } = await bus.get('/suspended?code=ORDER_PARKED');
  expect(body.groups).toContainEqual({ subscriber: 'send:out', code: 'ORDER_PARKED', count: 1 });
  expect(body.suspended).toMatchObject([{ resumable: true, reason: expect.stringMatching(/parked behind d\d+/) }]);
  expect((await bus.post(`/deliveries/${body.suspended[0].id}/resume`)).status).toBe(200);
  await bus.clock.advance(1000);
  expect(bus.stub.taken('out').map(({ text }) => JSON.parse(text).id)).toEqual(['P-1', 'P-2']);
});

test('resuming all at once resumes what is parked too; terminating all at once sends none of it', async () => {
  const refusal = () => busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' });
  bus.stub.answer('out', refusal(), refusal());
  await arrive('P-1');
  await bus.settle();
  for (const id of ['P-2', 'P-3']) await arrive(id);
  expect((await bus.post('/suspended/resume', { all: true })).body).toEqual({ resumed: 3, refused: [] });
  await bus.clock.advance(1000);
  expect((await bus.post('/suspended/terminate', { subscriber: 'send:out' })).body).toEqual({
    terminated: 3,
    refused: [],
  });
  await bus.clock.advance(60_000);
  expect(bus.stub.taken('out')).toEqual([]);
});
