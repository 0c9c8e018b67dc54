/** Instances that outlive their orchestration, and states that are none of it: on each store, over restarts. */
import type { Instance } from '../../../runtime/contracts/orchestration.ts';
import { breakOffInstance } from '../../../runtime/host/break-off.ts';
import { STORES, type StoredBus, storedBus } from './each-store.ts';
import type { Files } from './small-bus.ts';

const WATCH = `orchestration: watch
messages: { parcel: parcel, news: news, more: news }
correlations: { by-id: [parcel.id] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: by-id }
  - receive: { port: news, message: news, follows: by-id }
  - send: { port: out, message: news }
  - receive: { port: news, message: more, follows: by-id }
  - send: { port: out, message: more }
`;

const files = (watches: boolean): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
  news:
    locations:
      wire: { transport: stub, pipeline: json-receive, message: news }
sendPorts:
  out: { transport: stub, pipeline: json-send }
${watches ? 'bindings:\n  watch: { in: in, out: out, news: news }\n' : ''}`,
  'schemas/news.message.yaml':
    'message: news\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind }\n',
  ...(watches ? { 'orchestrations/watch.orchestration.yaml': WATCH } : {}),
});

let bus: StoredBus;
afterEach(() => bus.stop());

const instances = async () => (await bus.instances()).map(({ instance }) => instance);
const stands = (status: Instance['status'], count = 1) =>
  bus.until(
    `${count} are ${status}`,
    async () => (await instances()).filter((each) => each.status === status).length === count,
  );
const arrive = (location: string, id: string, kind = 'x') => bus.stub.arrive(location, JSON.stringify({ id, kind }));

describe.each(STORES)('%s', (kind) => {
  test('an orchestration that is removed keeps its instances until their ends, over restarts', async () => {
    bus = await storedBus(kind, files(true));
    await arrive('in/door', 'P-1');
    await stands('waiting');
    await bus.restart(files(false));
    expect(bus.bus.host.status.orchestrations).toEqual([]);
    await arrive('news/wire', 'P-1', 'first');
    await bus.until('the first news are told', () => bus.sent('out').length === 1);
    await bus.restart(files(false));
    await arrive('news/wire', 'P-1', 'second');
    await stands('completed');
    await bus.until('the second news are told', () => bus.sent('out').length === 2);
    expect(bus.sent('out')).toEqual([
      { id: 'P-1', kind: 'first' },
      { id: 'P-1', kind: 'second' },
    ]);
    await bus.stub.arrive('in/door', '{"id":"P-2"}');
    await bus.until('nobody takes a new one', async () => (await bus.bus.suspended()).length === 1);
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'NO_SUBSCRIBER' }]);
  });

  test('what was to start an instance of a removed orchestration is set aside and told', async () => {
    bus = await storedBus(kind, files(true));
    await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'stop', subscriber: 'orchestration:watch' }] });
    await arrive('in/door', 'P-1');
    await bus.restart(files(false));
    await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'start', subscriber: 'orchestration:watch' }] });
    await bus.until('it is suspended', async () => (await bus.bus.suspended()).length === 1);
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'UNKNOWN_DEFINITION', resumable: true }]);
  });

  test('an instance whose state is none of its orchestration is suspended; others go on, and nothing is lost', async () => {
    bus = await storedBus(kind, files(true));
    for (const id of ['P-1', 'P-2']) await arrive('in/door', id);
    await stands('waiting', 2);
    const whole = await holding('P-1');
    await put({
      ...whole,
      state: { ...(whole.state as object), threads: [{ frames: [{ block: 'body.7.scope.do', index: 0 }] }] },
    });
    for (const id of ['P-1', 'P-2']) await arrive('news/wire', id, 'first');
    await stands('suspended');
    await bus.until('the other one goes on', () => bus.sent('out').length === 1);
    const stopped = await holding('P-1');
    expect(stopped.failure).toEqual({
      code: 'INSTANCE_STATE_INVALID',
      reason: `The state of the instance ${whole.id} is none of its orchestration: its program has no body.7.scope.do.`,
      shape: '',
      line: 0,
    });
    await resume(whole.id);
    await bus.until('it is suspended again', async () => (await holding('P-1')).revision > stopped.revision);
    expect((await holding('P-1')).status).toBe('suspended');
    await bus.restart(files(true));
    await put({ ...(await holding('P-1')), state: whole.state });
    await resume(whole.id);
    await bus.until('it takes what has come', () => bus.sent('out').length === 2);
    expect(await bus.bus.suspended()).toEqual([]);
  });

  test('the state of another interpreter likewise; terminated, what has come follows the late policy', async () => {
    bus = await storedBus(kind, files(true));
    await arrive('in/door', 'P-1');
    await stands('waiting');
    const whole = await holding('P-1');
    await put({ ...whole, interpreter: 99, state: null });
    await arrive('news/wire', 'P-1');
    await stands('suspended');
    expect((await holding('P-1')).failure).toMatchObject({ code: 'INTERPRETER_UNKNOWN' });
    const { box, clock } = bus;
    await box.commit(await breakOffInstance(whole.id, { box, clock, newId: () => 'never' }));
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'INSTANCE_ENDED', resumable: true }]);
  });
});

async function holding(id: string): Promise<Instance> {
  const found = await bus.instances();
  return found.find(({ waitingFor }) => JSON.stringify(waitingFor).includes(id))!.instance;
}

/** As though the row had been changed from outside. */
const put = (instance: Instance) =>
  bus.box.commit({ now: bus.clock.now(), instances: [{ ...instance, revision: instance.revision + 1 }] });

const resume = (id: string) =>
  bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume-instance', instance: id }] });
