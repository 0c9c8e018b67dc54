/** What the admin API explains of a message, what it hands to locations, and what it tells of instances. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { oneWay } from '../host/small-bus.ts';
import { type AskedBus, counter, startAskedBus } from './asked-bus.ts';

let bus: AskedBus;
afterEach(() => bus.stop());

const parcel = (id: string, kind = 'letter') => JSON.stringify({ id, kind });

describe('explain', () => {
  beforeEach(async () => {
    bus = await startAskedBus(oneWay());
  });

  const explained = async (text: string) => {
    const { messageId } = await bus.stub.arrive('in/door', text);
    await bus.settle();
    return (await bus.get(`/messages/${messageId}/explain`)).body;
  };

  test('of a routed message, who took it', async () => {
    const body = await explained(parcel('P-1'));
    expect(body).toMatchObject({ type: 'parcel', unrouted: false });
    expect(body.matched.map(({ id }: { id: string }) => id)).toEqual(['send:out']);
    expect(body.deliveries).toMatchObject([{ subscriber: 'send:out', subscription: 'send:out', state: 'done' }]);
  });

  test('of an unrouted one, which conditions of which subscription it missed', async () => {
    const body = await explained(parcel('P-1', 'lost'));
    expect(body).toMatchObject({ unrouted: true, matched: [] });
    const near = body.nearest.find(({ subscription }: { subscription: { id: string } }) => {
      return subscription.id === 'send:out';
    });
    expect(near.failed).toEqual([{ condition: { property: 'parcel.kind', op: '!=', value: 'lost' }, actual: 'lost' }]);
    expect(body.deliveries).toMatchObject([{ subscriber: 'unrouted', code: 'NO_SUBSCRIBER', state: 'suspended' }]);
  });

  test('of one that was never routed, why not', async () => {
    const body = await explained('{"id": ');
    expect(body).toMatchObject({ type: null, unrouted: false, matched: [] });
    expect(body.deliveries).toMatchObject([{ subscriber: 'receive:in/door', code: 'JSON_SYNTAX' }]);
  });
});

describe('send, one way', () => {
  beforeEach(async () => {
    bus = await startAskedBus(oneWay());
  });

  test.each(['in', 'in/door'])('to %s is accepted and delivered', async (location) => {
    const { status, body } = await bus.post(`/locations/${location}`, parcel('P-1'));
    expect([status, body.outcome]).toEqual([200, 'accepted']);
    expect(bus.stub.taken('out').map(({ text }) => text)).toEqual([parcel('P-1')]);
    const again = await bus.post(`/locations/${location}`, parcel('P-1'));
    expect(again.body).toEqual({ messageId: body.messageId, outcome: 'duplicate' });
  });

  test('what is suspended is told with code, reason and help', async () => {
    const { status, body } = await bus.post('/locations/in', '{"id": 5}');
    expect([status, body.outcome, body.error.code]).toEqual([200, 'suspended', 'SCHEMA_VIOLATION']);
    expect(body.error.reason).toContain('id');
    expect(body.error.help).toMatch(/\.$/);
    const empty = await bus.post('/locations/in');
    expect(empty.body.outcome).toBe('suspended');
  });

  test('a location that is not there is told', async () => {
    for (const name of ['nowhere', 'in/window', 'i']) {
      expect(await bus.post(`/locations/${name}`, '{}')).toMatchObject({
        status: 404,
        body: { code: 'NO_SUCH_LOCATION' },
      });
    }
  });

  test('what is larger than the API takes is refused whole', async () => {
    const { status } = await bus.post('/locations/in', 'x'.repeat(65 * 1024 * 1024));
    expect(status).toBe(413);
    expect((await bus.get('/messages')).body.messages).toEqual([]);
  });
});

describe('two ways', () => {
  beforeEach(async () => {
    bus = await startAskedBus(counter);
  });

  test('the answer comes back, and the instance is on record', async () => {
    bus.stub.answer('depot', '{"number":"R-7"}');
    const { body } = await bus.post('/locations/counter', parcel('P-1'));
    expect(body).toMatchObject({ outcome: 'accepted' });
    expect(JSON.parse(body.response)).toEqual({ number: 'R-7' });
    const { instances } = (await bus.get('/instances')).body;
    expect(instances).toMatchObject([{ instance: { program: 'handle-parcel', status: 'completed' } }]);
    const { id } = instances[0].instance;
    const one = await bus.get(`/instances/${id}`);
    expect(one.body.history.length).toBeGreaterThan(0);
    expect(one.body.instance.id).toBe(id);
    expect(await bus.post(`/instances/${id}/resume`)).toMatchObject({ status: 409, body: { code: 'NOT_SUSPENDED' } });
    expect(await bus.post(`/instances/${id}/terminate`)).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_ENDED' },
    });
  });

  test('an answer that does not come is told; the instance is suspended, resumed and terminated by order', async () => {
    const refusal = () => busError('ENDPOINT_REFUSED', { endpoint: 'depot', reason: 'it is full' });
    bus.stub.answer('depot', refusal(), refusal());
    const { body } = await bus.post('/locations/counter', parcel('P-1'));
    expect(body.outcome).toBe('accepted');
    expect(body.responseError.code).toBe('RESPONSE_TIMEOUT');
    const { instances } = (await bus.get('/instances?status=suspended&program=handle-parcel')).body;
    expect(instances).toHaveLength(1);
    const { id } = instances[0].instance;
    expect((await bus.get('/instances?status=completed')).body.instances).toEqual([]);
    expect((await bus.post(`/instances/${id}/resume`)).body).toEqual({ id, resumed: true });
    await bus.settle();
    expect((await bus.get(`/instances/${id}`)).body.instance.status).toBe('suspended');
    expect((await bus.post(`/instances/${id}/terminate`)).body).toEqual({ id, terminated: true });
    expect((await bus.get(`/instances/${id}`)).body.instance.status).toBe('terminated');
  });
});
