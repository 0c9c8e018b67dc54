/** Several hosts over one MessageBox: what must run once runs once, whoever dies, freezes, stops or comes back. */
import { knownHosts } from '../../../runtime/host/known-hosts.ts';
import { type SeveralHosts, severalHosts } from './several-hosts.ts';
import { type Files, passing, type SmallBus } from './small-bus.ts';

let hosts: SeveralHosts;
beforeEach(() => {
  hosts = severalHosts();
});
afterEach(() => hosts.stop());

const start = (name: string) => hosts.start(name, once);
const pass = (ms: number) => hosts.clock.advance(ms);

const once: Files = {
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub-once, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
`,
};

const DOOR = 'in/door';
const stateOf = ({ host }: SmallBus) => host.status.locations[0]?.state;
const parcel = (id: string) => JSON.stringify({ id, kind: 'letter' });
const sent = () => hosts.sent<{ id: string }>('out').map(({ id }) => id);

test('a location that may run on one host only runs on one; the other stands by', async () => {
  const a = await start('a');
  const b = await start('b');
  await pass(60_000);
  expect([stateOf(a), stateOf(b)]).toEqual(['running', 'standby']);
  expect([a.stub.runs(DOOR), b.stub.runs(DOOR)]).toEqual([true, false]);
});

test('when its owner dies another host has it within ten seconds, and what was accepted is delivered once', async () => {
  const a = await start('a');
  const b = await start('b');
  await a.stub.arrive(DOOR, parcel('1'));
  await pass(1000);
  a.freezer.freeze();
  await pass(10_000);
  expect(stateOf(b)).toBe('running');
  await b.stub.arrive(DOOR, parcel('2'));
  await pass(1000);
  expect(sent().sort()).toEqual(['1', '2']);
});

test('when its owner stops another host has it at once', async () => {
  const a = await start('a');
  const b = await start('b');
  const before = hosts.clock.now();
  await passing(hosts.clock, a.host.stop());
  await b.settle();
  expect([stateOf(b), hosts.clock.now()]).toEqual(['running', before]);
});

test('a host that was frozen for longer than its time is refused when it wakes, stops, and stands by', async () => {
  const a = await start('a');
  const b = await start('b');
  a.freezer.freeze();
  const late = a.stub.arrive(DOOR, parcel('late'));
  const refused = expect(late).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' });
  await pass(10_000);
  await b.stub.arrive(DOOR, parcel('taken over'));
  a.freezer.thaw();
  await refused;
  await pass(3000);
  expect([stateOf(a), stateOf(b)]).toEqual(['standby', 'running']);
  expect(sent()).toEqual(['taken over']);
  await passing(hosts.clock, b.host.stop());
  await pass(1);
  expect(stateOf(a)).toBe('running');
  await a.stub.arrive(DOOR, parcel('again'));
  await pass(1000);
  expect(sent().sort()).toEqual(['again', 'taken over']);
});

test('a host that cannot reach the store gives up before its time is over: never do two run', async () => {
  const a = await start('a');
  const b = await start('b');
  a.freezer.reach(false);
  let takenOver = 0;
  for (let passed = 0; passed < 12_000; passed += 100) {
    await pass(100);
    expect([a.stub.runs(DOOR), b.stub.runs(DOOR)]).not.toEqual([true, true]);
    if (b.stub.runs(DOOR)) takenOver ||= passed;
  }
  expect(takenOver).toBeGreaterThan(0);
  expect(takenOver).toBeLessThanOrEqual(10_000);
  a.freezer.reach(true);
  await pass(5000);
  expect([stateOf(a), stateOf(b)]).toEqual(['standby', 'running']);
});

test('two hosts of one name: the second is refused while the first lives, and waits for one that died', async () => {
  const a = await start('a');
  await expect(start('a')).rejects.toMatchObject({ code: 'HOST_NAME_TAKEN' });
  expect(stateOf(a)).toBe('running');
  a.freezer.freeze();
  const next = await start('a');
  await pass(8000);
  expect(stateOf(next)).toBe('running');
});

test('the hosts that there are, and what they own', async () => {
  const a = await start('a');
  await start('b');
  await pass(2500);
  const known = async () => knownHosts(await hosts.box.owners(), hosts.clock.now());
  expect(await known()).toMatchObject([
    { name: 'a', alive: true, owns: ['receive:in/door'] },
    { name: 'b', alive: true, owns: [] },
  ]);
  a.freezer.freeze();
  await pass(12_000);
  expect(await known()).toMatchObject([
    { name: 'a', alive: false, owns: [] },
    { name: 'b', alive: true, owns: ['receive:in/door'] },
  ]);
});
