/** The command line and a bus that runs: a solution as `guildhall new` makes it, in a process of its own. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Said, type Started, starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
let bus: Started;
let early: Said;

const ask = (...argv: string[]) => guildhall(solution, ...argv);
const sample = () => JSON.parse(readFileSync(join(solution, 'samples', 'enquiry.json'), 'utf8')) as object;

function fileOf(name: string, content: object | string): string {
  writeFileSync(join(solution, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const cases = () => readdirSync(join(solution, 'cases')).filter((name) => name.endsWith('.json'));

beforeAll(async () => {
  const made = await starterIn(temporary.folder);
  solution = made.solution;
  const waiting = ask('status', '--json', '--wait', '30');
  bus = await startRun(solution, made.free);
  early = await waiting;
});

afterAll(async () => {
  await stopRun(bus);
  temporary.remove();
});

test('--wait waited until it was there', () => {
  expect(early.exit).toBe(0);
  expect(early.json()).toMatchObject({ bus: 'my-council' });
});

test('its run file tells where it is, to its owner only', () => {
  expect(bus.ready).toMatchObject({ bus: 'my-council', pid: bus.child.pid });
  const run = JSON.parse(readFileSync(join(solution, 'data', 'running', 'my-council.main.json'), 'utf8'));
  expect(run).toMatchObject({ bus: 'my-council', pid: bus.ready.pid, admin: bus.ready.admin });
  expect(run.token.length).toBeGreaterThan(20);
});

test('status shows what runs', async () => {
  const { exit, out, err } = await ask('status');
  expect([exit, err]).toEqual([0, '']);
  expect(out).toMatch(/^my-council \(host main, guildhall \d+\.\d+\.\d+\) at http:\/\/127\.0\.0\.1:\d+: \d+ messages/);
  expect(out).toMatch(/^PART +NAME +TRANSPORT +STATE +FAILURES +LAST +LAG +PROBLEM$/m);
  expect(out).toMatch(/^location +enquiries\/web +rest +running +0$/m);
  expect(out).toMatch(/^send port +cases +file +running +0$/m);
});

test('it is found from another folder, and by address and token; a wrong token is refused', async () => {
  const { token } = JSON.parse(readFileSync(join(solution, 'data', 'running', 'my-council.main.json'), 'utf8'));
  const elsewhere = (...argv: string[]) => guildhall(temporary.folder, 'status', ...argv);
  expect((await elsewhere('--solution', 'my-council')).exit).toBe(0);
  expect((await elsewhere('-s', solution, '--bus', 'my-council')).exit).toBe(0);
  expect((await elsewhere('--admin', `${bus.ready.admin}/`, '--token', token)).exit).toBe(0);
  const denied = await elsewhere('--admin', bus.ready.admin, '--token', 'wrong');
  expect([denied.exit, denied.err]).toEqual([1, expect.stringMatching(/^ADMIN_DENIED /)]);
});

test('what is sent is delivered, and shown with all that became of it', async () => {
  const sent = await ask('send', 'enquiries', 'samples/enquiry.json');
  expect([sent.exit, sent.err]).toEqual([0, '']);
  const id = /^accepted (\S+)$/.exec(sent.out)?.[1] ?? '';
  await eventually('the case is written', () => cases().length === 1);
  expect(JSON.parse(readFileSync(join(solution, 'cases', cases()[0]!), 'utf8'))).toMatchObject({ reference: 'E-1' });
  await eventually('it is done', async () => (await ask('messages', 'show', id)).out.includes('message-sent'));
  const { exit, out } = await ask('messages', 'show', id);
  expect(exit).toBe(0);
  expect(out).toContain(`enquiry ${id}`);
  expect(out).toMatch(/^enquiry\.topic +bins$/m);
  expect(out).toContain('"text": "My bin was not emptied."');
  expect(out).toMatch(/^d\d+ +send:cases +done +1$/m);
  const explained = await ask('explain', id);
  expect(explained.out).toMatch(/Delivered to:\n.*\nd\d+ +send:cases +send:cases +done +1$/m);
  expect(explained.out).toContain('message.type = "enquiry"');
  const again = await ask('send', 'enquiries/web', 'samples/enquiry.json', '--json');
  expect([again.exit, again.json()]).toEqual([0, { messageId: id, outcome: 'duplicate' }]);
});

test('messages are listed, chosen and paged', async () => {
  for (const number of [1, 2, 3]) await ask('send', 'enquiries', fileOf('l.json', { ...sample(), id: `L-${number}` }));
  const idsOf = async (...argv: string[]) =>
    (await ask('messages', 'list', '--json', ...argv)).json().messages.map(({ id }: { id: string }) => id);
  const [third, second] = await idsOf('--limit', '2');
  expect(await idsOf('--before', third, '--limit', '1')).toEqual([second]);
  expect(await idsOf('--property', 'enquiry.id=L-2')).toEqual([second]);
  expect(await idsOf('--type', 'case')).toEqual([]);
  expect((await idsOf('--port', 'enquiries', '--type', 'enquiry')).length).toBeGreaterThan(2);
  const table = (await ask('messages', 'list', '-n', '1')).out;
  expect(table).toMatch(/^ID +AT +TYPE +PORT +BYTES\n\S+ +\d{4}-\S+Z +enquiry +enquiries +\d+$/);
  expect((await ask('messages', 'list', '--type', 'nothing')).out).toBe('No messages.');
});

test('a send port is stopped and started', async () => {
  const stopped = await ask('stop', 'send-port', 'cases');
  expect([stopped.exit, stopped.out]).toEqual([0, 'The send port cases is stopped.']);
  expect((await ask('status')).out).toMatch(/^send port +cases +file +stopped +0 +\d{4}-[-\dT:.]+Z$/m);
  const before = cases().length;
  await ask('send', 'enquiries', fileOf('stopped.json', { ...sample(), id: 'STOPPED-1' }));
  const [port] = (await ask('status', '--json')).json().sendPorts;
  expect(port).toMatchObject({ name: 'cases', state: 'stopped', lag: expect.any(Number) });
  const waits = async () => (await ask('status', '--json')).json().deliveries;
  expect(await waits()).toContainEqual({ subscriber: 'send:cases', state: 'ready', count: 1 });
  expect((await ask('start', 'send-port', 'cases', '--json')).json()).toEqual({ name: 'cases', started: true });
  await eventually('it is sent', () => cases().length === before + 1);
  expect((await ask('stop', 'send-port', 'nowhere')).exit).toBe(1);
});

test('what is refused is told, suspended, explained, resumed and terminated', async () => {
  const bad = fileOf('bad.json', { ...sample(), id: 'B-1', topic: 'x'.repeat(200) });
  const sent = await ask('send', 'enquiries', bad);
  expect(sent.exit).toBe(1);
  expect(sent.out).toMatch(/^suspended \S+\nSCHEMA_VIOLATION .*topic/);
  const message = sent.out.split(/\s/)[1]!;
  const broken = await ask('send', 'enquiries', fileOf('broken.json', '{"id": '), '--json');
  expect([broken.exit, broken.json()]).toMatchObject([1, { outcome: 'suspended', error: { code: 'JSON_SYNTAX' } }]);

  const listed = await ask('suspended');
  expect(listed.exit).toBe(0);
  expect(listed.out).toMatch(/^SCHEMA_VIOLATION +receive:enquiries\/web +1$/m);
  expect(listed.out).toMatch(/^DELIVERY +MESSAGE +TYPE +CODE +SINCE +REASON$/m);
  const found = (await ask('suspended', '--code', 'SCHEMA_VIOLATION', '--json')).json().suspended;
  expect(found).toMatchObject([{ message, code: 'SCHEMA_VIOLATION', resumable: true }]);
  const [{ id }] = found;

  const explained = await ask('explain', message);
  expect(explained.out).toContain('It was never routed: it failed while it was received');
  expect(explained.out).toContain(found[0].reason);
  expect((await ask('messages', 'show', message)).out).toContain(found[0].reason);

  const resumed = await ask('resume', id);
  expect([resumed.exit, resumed.out]).toEqual([0, '1 resumed.']);
  await eventually(
    'it is suspended anew',
    async () => (await ask('suspended', '--json')).json().suspended.length === 2,
  );
  const partly = await ask('terminate', 'd9999', id);
  expect([partly.exit, partly.out]).toEqual([1, '1 terminated.']);
  expect(partly.err).toBe('d9999: NOT_FOUND There is no delivery d9999.');
  const twice = await ask('terminate', id, '--json');
  expect([twice.exit, twice.json()]).toMatchObject([1, { terminated: 0, refused: [{ id, code: 'ALREADY_ENDED' }] }]);
  expect((await ask('terminate', '--all')).out).toBe('1 terminated.');
  expect((await ask('suspended')).out).toBe('Nothing is suspended.');
  expect((await ask('resume', '--code', 'SCHEMA_VIOLATION')).out).toBe('0 resumed.');
});

test('a variable that is not set ends nothing', async () => {
  await ask('send', 'enquiries', fileOf('broken.json', '{"id": '));
  for (const option of ['--code', '--subscriber']) {
    const { exit, err } = await ask('terminate', option, '');
    expect([exit, err]).toEqual([1, expect.stringMatching(/^ADMIN_BAD_REQUEST /)]);
  }
  expect((await ask('terminate', '')).exit).toBe(1);
  expect((await ask('suspended', '--json')).json().suspended).toHaveLength(1);
  expect((await ask('terminate', '--all', '--json')).json()).toEqual({ terminated: 1, refused: [] });
});

test('what is not there is told', async () => {
  for (const argv of [
    ['messages', 'show', 'nope'],
    ['explain', 'nope'],
    ['instances', 'nope'],
    ['explain', 'a/b?c#d'],
  ]) {
    const { exit, out, err } = await ask(...argv);
    expect([exit, out, err]).toEqual([1, '', expect.stringMatching(/^NOT_FOUND There is no (message|instance) /)]);
  }
  const nowhere = await ask('send', 'nowhere', 'samples/enquiry.json');
  expect([nowhere.exit, nowhere.err]).toEqual([1, expect.stringMatching(/^NO_SUCH_LOCATION .*nowhere/)]);
  expect((await ask('instances')).out).toBe('No instances.');
  expect((await ask('instances', '--json', '--status', 'waiting')).json()).toEqual({ instances: [] });
});

test('tasks lists what people are to do, and done hands in only what is open', async () => {
  expect(await ask('tasks')).toMatchObject({ exit: 0, out: 'Nothing is to be done.' });
  expect((await ask('tasks', '--role', 'officer', '--json')).json()).toEqual({ tasks: [] });
  const filled = fileOf('filled.json', {});
  const refused = await ask('done', 'no-such-task', filled, '--by', 'Jo');
  expect([refused.exit, refused.err]).toEqual([1, expect.stringContaining('TASK_NOT_OPEN')]);
  expect((await ask('done', 'no-such-task', filled)).err).toContain('say who did it');
  expect((await ask('done', 'no-such-task', 'absent.json', '--by', 'Jo')).exit).toBe(2);
});
