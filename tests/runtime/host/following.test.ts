/** Hosts follow what is deployed: they swap to it at work, and what runs under an earlier definition goes on under that. */
import { BUS } from '../../../runtime/contracts/properties.ts';
import { messageOf } from '../../../runtime/testing/message-box/bench.ts';
import { type SeveralHosts, severalHosts } from './several-hosts.ts';
import type { Files, SmallBus } from './small-bus.ts';

let hosts: SeveralHosts;
beforeEach(() => {
  hosts = severalHosts();
});
afterEach(() => hosts.stop());

const LETTER = '{"id":"P-1","kind":"letter"}';

/** Each parcel is answered with a note that tells the version, after a wait. */
const version = (note: string, more: Files = {}): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
      hatch: { transport: stub-once, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
bindings:
  handle-parcel: { in: in, out: out }
`,
  'mappings/parcel-to-receipt.map.yaml': `map: parcel-to-receipt
from: { parcel: parcel }
to: receipt
fields: { number: parcel.id, note: '"${note}"' }
`,
  'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
  - delay: 1m
  - transform: { map: parcel-to-receipt, from: parcel, to: receipt }
  - send: { port: out, message: receipt }
`,
  ...more,
});

const definitionOf = ({ host }: SmallBus) => host.status.definition;
const notes = () => hosts.sent<{ note: string }>('out').map(({ note }) => note);

test('what one host deploys all others take over, and its locations never stand still', async () => {
  const a = await hosts.start('a', version('first'));
  const b = await hosts.start('b', version('first'));
  expect(definitionOf(b)).toBe(definitionOf(a));
  const c = await hosts.start('c', version('second'));
  for (let step = 0; step < 50; step += 1) {
    expect([a.stub.runs('in/door'), b.stub.runs('in/door')]).toEqual([true, true]);
    await hosts.clock.advance(100);
  }
  expect([definitionOf(a), definitionOf(b)]).toEqual([definitionOf(c), definitionOf(c)]);
  expect([a, b, c].filter(({ stub }) => stub.runs('in/hatch'))).toHaveLength(1);
  await a.stub.arrive('in/door', LETTER);
  await hosts.clock.advance(61_000);
  expect(notes()).toEqual(['second']);
});

test('an instance goes on under the definition that it started on, on whichever host its next step is', async () => {
  const a = await hosts.start('a', version('first'));
  const b = await hosts.start('b', version('first'));
  await a.stub.arrive('in/door', LETTER);
  await hosts.clock.advance(1000);
  await hosts.start('c', version('second'));
  await hosts.clock.advance(3000);
  await b.stub.arrive('in/door', LETTER);
  await hosts.clock.advance(62_000);
  expect(notes().sort()).toEqual(['first', 'second']);
});

test('an instance of an orchestration that is there no more runs to its end', async () => {
  const a = await hosts.start('a', version('first'));
  await a.stub.arrive('in/door', LETTER);
  await hosts.clock.advance(1000);
  const none: Files = {
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
`,
  };
  const b = await hosts.start('b', none);
  a.freezer.freeze();
  await hosts.clock.advance(150_000);
  expect(b.stub.taken('out').map(({ text }) => JSON.parse(text))).toEqual([{ number: 'P-1', note: 'first' }]);
});

test('a host that only follows hosts what is deployed, and deploys nothing', async () => {
  const a = await hosts.start('a', version('first'));
  const b = await hosts.start('b', version('other'), { deploy: false });
  await hosts.clock.advance(3000);
  expect(await hosts.box.deployed()).toBe(definitionOf(a));
  expect(definitionOf(b)).toBe(definitionOf(a));
});

test('a definition that cannot be run here is told of; the host runs on under the one before, and tries again', async () => {
  const a = await hosts.start('a', version('first'));
  const before = definitionOf(a);
  const now = hosts.clock.now();
  const content = JSON.stringify({ version: 1, files: [['config/bus.yaml', 'bus: ['] as const] });
  await hosts.box.commit({ now, deploy: [{ hash: 'broken', name: 'small', content }] });
  await hosts.clock.advance(65_000);
  const refusals = a.events.filter(({ name }) => name === 'definition-refused');
  expect(refusals.map(({ data }) => data['hash'])).toEqual(['broken', 'broken', 'broken']);
  expect(definitionOf(a)).toBe(before);
  await a.stub.arrive('in/door', LETTER);
  await hosts.clock.advance(62_000);
  expect(notes()).toEqual(['first']);
});

test('what only the new definition knows waits until the host that took it has followed', async () => {
  const a = await hosts.start('a', version('first'));
  a.freezer.hear(false);
  const wider = version('second', {
    'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt }
body:
  - receive: { port: in, message: receipt, activate: true }
  - send: { port: out, message: receipt }
`,
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: receipt }
sendPorts:
  out: { transport: stub, pipeline: json-send }
bindings:
  handle-parcel: { in: in, out: out }
`,
  });
  const b = await hosts.start('b', wider);
  b.freezer.freeze();
  const properties = { [BUS.messageType]: 'receipt', [BUS.receivePort]: 'in' };
  const message = { ...messageOf('m', properties, '{"number":"R-1","note":"new"}'), type: 'receipt' };
  await hosts.box.commit({ now: hosts.clock.now(), publish: [{ message }] });
  await hosts.clock.advance(2500);
  expect(notes()).toEqual([]);
  a.freezer.hear(true);
  await hosts.clock.advance(4000);
  expect(notes()).toEqual(['new']);
  expect(await a.suspended()).toEqual([]);
});

test('standing subscriptions are replaced in one commit, and those of callers stay', async () => {
  const a = await hosts.start('a', version('first'));
  const commits: (readonly string[])[] = [];
  hosts.box.onWakeup((word) => void (word === 'deployment' && commits.push([word])));
  const moved = version('second', {
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  away: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
bindings:
  handle-parcel: { in: in, out: away }
`,
  });
  await hosts.start('b', moved);
  expect(commits).toHaveLength(1);
  const ids = (await hosts.box.inspection.subscriptions()).map(({ id }) => id).sort();
  expect(ids).toEqual(['orchestration:handle-parcel#0', 'responses:a', 'responses:b', 'send:away']);
  await hosts.clock.advance(3000);
  expect(a.host.status.sendPorts).toMatchObject([{ name: 'away' }]);
});
