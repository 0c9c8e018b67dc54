/** Hosts that are restarted, frozen and brought up to date one after the other while work comes in by real sockets and folders. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { freePorts } from '../../servers/ports.ts';
import { type RealHosts, realHosts } from './real-hosts.ts';

let hosts: RealHosts;
let agent: Agent;
beforeEach(() => {
  hosts = realHosts();
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  await hosts.stop();
});

/** Resolves with the status; undefined when the connection was refused, or ended before an answer. */
function post(port: number, id: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = { agent, host: '127.0.0.1', port, path: '/parcels', method: 'POST' };
    const sent = request({ ...options, headers: { 'Content-Type': 'application/json' } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sent.on('error', () => resolve(undefined));
    sent.end(JSON.stringify({ id }));
  });
}

interface Load {
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

/** Callers who know both hosts, and go to the other when one does not answer. */
function load(ports: readonly number[], callers: number): Load {
  const accepted: string[] = [];
  const refused: string[] = [];
  let active = true;
  const call = async (caller: number) => {
    for (let n = 0; active; n += 1) {
      const id = `${caller}-${n}`;
      const [first, second] = n % 2 === 0 ? ports : ports.toReversed();
      const status = (await post(first!, id)) ?? (await post(second!, id));
      (status === 202 ? accepted : refused).push(id);
      await pause(5);
    }
  };
  const calling = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  const stop = async () => {
    active = false;
    await calling;
  };
  return { accepted, refused, stop };
}

test('a rolling restart with a new version refuses nothing, loses nothing and doubles nothing', async () => {
  const [one, two] = await freePorts(2);
  let a = await hosts.start('a', one!, 'first');
  let b = await hosts.start('b', two!, 'first');
  const calls = load([one!, two!], 6);
  await pause(300);
  await a.host.stop();
  await pause(200);
  a = await hosts.start('a', one!, 'second');
  await eventually('b follows', () => b.host.status.definition === a.host.status.definition);
  await b.host.stop();
  await pause(200);
  b = await hosts.start('b', two!, 'second');
  await pause(300);
  await calls.stop();
  expect(calls.refused).toEqual([]);
  expect(calls.accepted.length).toBeGreaterThan(50);
  await eventually('all is delivered', () => hosts.delivered().length >= calls.accepted.length);
  expect(hosts.delivered()).toEqual([...calls.accepted].sort());
}, 60_000);

test('a host that takes another definition over at work refuses nothing', async () => {
  const [one, two] = await freePorts(2);
  const a = await hosts.start('a', one!, 'first');
  const calls = load([one!, one!], 6);
  await pause(200);
  for (const note of ['second', 'third', 'fourth']) {
    const b = await hosts.start('b', two!, note);
    await eventually('a follows', () => a.host.status.definition === b.host.status.definition);
    await b.host.stop();
  }
  await calls.stop();
  expect(calls.refused).toEqual([]);
  await eventually('all is delivered', () => hosts.delivered().length >= calls.accepted.length);
  expect(hosts.delivered()).toEqual([...calls.accepted].sort());
}, 60_000);

test('a folder whose host freezes is read by another, and no file is read twice or not at all', async () => {
  const [one, two] = await freePorts(2);
  const a = await hosts.start('a', one!, 'first');
  const b = await hosts.start('b', two!, 'first');
  const names = Array.from({ length: 120 }, (_, n) => `f-${String(n).padStart(3, '0')}`);
  for (const name of names.slice(0, 60)) hosts.drop(name);
  await pause(60);
  a.freezer.freeze();
  for (const name of names.slice(60)) hosts.drop(name);
  const stateOf = ({ host }: typeof a) => host.status.locations.find(({ transport }) => transport === 'file')?.state;
  await eventually('b has the folder', () => stateOf(b) === 'running');
  a.freezer.thaw();
  await eventually('a stands by', () => stateOf(a) === 'standby');
  await eventually('all is delivered', () => hosts.delivered().length >= names.length);
  await pause(500);
  expect(hosts.delivered()).toEqual(names);
  expect(hosts.dropped()).toEqual([]);
}, 60_000);
