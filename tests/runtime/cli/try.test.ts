/** `guildhall try`: one message through a port, step by step, with nothing stored and nothing taken. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, starterIn, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
beforeAll(async () => {
  ({ solution } = await starterIn(temporary.folder));
  mkdirSync(join(solution, 'in'));
  const file = join(solution, 'config', 'applications', 'enquiries.yaml');
  const written = readFileSync(file, 'utf8')
    .replace(
      '    locations:\n',
      '    locations:\n      folder: { transport: file, folder: in, poll: 50ms, stableFor: 0s, pipeline: json-receive, message: enquiry }\n',
    )
    .replace('sendPorts:\n', `sendPorts:\n${FAR_END}`);
  writeFileSync(file, written);
  writeFileSync(join(solution, 'broken.json'), '{"id": "E-1"}');
});
afterAll(() => temporary.remove());

const FAR_END = `  far-end:
    transport: rest
    url: http://127.0.0.1:9/cases
    pipeline: json-send
    filter: message.type == "enquiry" && enquiry.topic == "roads"
`;

const cases = () => readdirSync(join(solution, 'cases')).filter((name) => name.endsWith('.json'));
const stepsIn = (json: { steps: { step: string; ok: boolean }[] }) => json.steps.map(({ step, ok }) => [step, ok]);

test('a dry run shows what a send port would send, and sends nothing', async () => {
  const { exit, out } = await guildhall(solution, 'try', 'cases', 'samples/enquiry.json', '--dry');
  expect(exit).toBe(0);
  expect(out).toMatch(/^cases: file; the file is of type enquiry$/m);
  expect(out).toMatch(/^ok {6}map {7}case: \d+ bytes of application\/json/m);
  expect(out).toContain('"title":"BINS: My bin was not emptied."');
  expect(cases()).toEqual([]);
});

test('what is sent reaches the far end once, as the bus would send it', async () => {
  const { exit, json } = await guildhall(solution, 'try', 'cases', 'samples/enquiry.json', '--json');
  expect(exit).toBe(0);
  expect(stepsIn(json())).toEqual([
    ['map', true],
    ['pipeline', true],
    ['send', true],
  ]);
  const [name, ...more] = cases();
  expect(more).toEqual([]);
  expect(readFileSync(join(solution, 'cases', name!), 'utf8')).toBe(json().steps[1].content.text);
});

test('a far end that cannot be reached fails that step, with its code', async () => {
  const file = ['samples/enquiry.json', '--type', 'enquiry'];
  const { exit, json } = await guildhall(solution, 'try', 'far-end', ...file, '--json');
  expect(exit).toBe(1);
  const { steps, ok } = json();
  expect(ok).toBe(false);
  expect(steps.at(-1)).toMatchObject({ step: 'send', ok: false, error: { code: 'ENDPOINT_UNREACHABLE' } });
});

test.each([
  [['case', 'samples/enquiry.json'], 'There is no port case. Did you mean cases?'],
  [['cases'], 'Give the file that cases is to send.'],
  [['cases', 'broken.json'], /fits no message type.*maps enquiry/],
  [['cases', 'samples/enquiry.json', '--type', 'enqiry'], 'There is no message type enqiry. Did you mean enquiry?'],
  [['cases', 'samples/enquiry.json', '--property', 'x'], '--property x has no value: write name=value.'],
  [['enquiries', 'samples/enquiry.json'], 'enquiries has several locations: choose enquiries/ and one of folder, web.'],
  [['enquiries/web', 'samples/enquiry.json'], /^enquiries\/web receives: it takes no file/],
  [['enquiries/post'], 'enquiries has no location post: it has folder, web.'],
  [['enquiries/web', '--wait', 'soon'], '--wait soon is no time: write 30s or 5m.'],
])('%j is told', async (argv, told) => {
  const { exit, out, err } = await guildhall(solution, 'try', ...argv);
  expect([exit, out]).toEqual([2, '']);
  expect(err).toMatch(typeof told === 'string' ? new RegExp(`^${told.replaceAll(/[.?/]/g, '\\$&')}$`) : told);
});

test('what lies at a location is shown up to who would take it, and stays there', async () => {
  const there = join(solution, 'in', 'one.json');
  writeFileSync(there, readFileSync(join(solution, 'samples', 'enquiry.json')));
  const { exit, json } = await guildhall(solution, 'try', 'enquiries/folder', '--json');
  expect(exit).toBe(0);
  expect(stepsIn(json())).toEqual([
    ['receive', true],
    ['pipeline', true],
    ['message', true],
    ['routing', true],
  ]);
  expect(json().steps[2].properties).toMatchObject({ 'message.type': 'enquiry', 'enquiry.id': 'E-1' });
  expect(json().steps[3].detail).toBe('it would go to send:cases');
  expect(readdirSync(join(solution, 'in'))).toEqual(['one.json']);
  expect(existsSync(there)).toBe(true);
});

test('what the pipeline does not take fails there, and stays, too', async () => {
  writeFileSync(join(solution, 'in', 'one.json'), '{"id": ');
  const { exit, json } = await guildhall(solution, 'try', 'enquiries/folder', '--json');
  expect(exit).toBe(1);
  expect(json().steps.at(-1)).toMatchObject({ step: 'pipeline', ok: false, error: { code: 'JSON_SYNTAX' } });
  expect(readFileSync(join(solution, 'in', 'one.json'), 'utf8')).toBe('{"id": ');
});

test('a caller over HTTP is told that nothing was kept', async () => {
  const port = await freePort();
  writeFileSync(
    join(solution, 'there.yaml'),
    `environment: there\nbus:\n  http: { address: 127.0.0.1:${port} }\n  admin: { address: 127.0.0.1:0 }\n`,
  );
  const tried = guildhall(solution, 'try', 'enquiries/web', '-e', 'there.yaml', '--wait', '60s', '--json');
  const body = readFileSync(join(solution, 'samples', 'enquiry.json'));
  const headers = { 'Content-Type': 'application/json' };
  let status = 0;
  await eventually('it listens', async () => {
    const call = fetch(`http://127.0.0.1:${port}/enquiries`, { method: 'POST', body, headers });
    const answer = await call.catch(() => undefined);
    status = answer?.status ?? 0;
    return answer !== undefined;
  });
  const { exit, json } = await tried;
  expect([status, exit]).toEqual([503, 0]);
  expect(json().steps.at(-1).detail).toBe('it would go to send:cases');
});

test('where nothing comes, that is said', async () => {
  const { exit, out } = await guildhall(solution, 'try', 'enquiries/web', '-e', 'free.yaml', '--wait', '100ms');
  expect(exit).toBe(1);
  expect(out).toContain('TRIAL_NOTHING_CAME Nothing came within 100 ms.');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
