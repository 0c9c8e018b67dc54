/** `guildhall diagram`: from the files of a solution, and of an instance of a running bus. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
let bus: Started;
const ask = (...argv: string[]) => guildhall(solution, ...argv);

beforeAll(async () => {
  const made = await starterIn(temporary.folder);
  solution = made.solution;
  mkdirSync(join(solution, 'orchestrations'), { recursive: true });
  writeFileSync(
    join(solution, 'orchestrations', 'watch.orchestration.yaml'),
    `orchestration: watch
messages: { enquiry: enquiry }
body:
  - receive: { port: enquiries, message: enquiry, activate: true }
  - decide:
      - when: enquiry.topic == "roads"
        do: [{ terminate: of no use }]
  - delay: 28d
  - complete: seen
`,
  );
  writeFileSync(
    join(solution, 'config', 'applications', 'watch.yaml'),
    'application: watch\nbindings: { watch: { enquiries: enquiries } }\n',
  );
  bus = await startRun(solution, made.free);
});

afterAll(async () => {
  await stopRun(bus);
  temporary.remove();
});

test('of an orchestration, without a bus, to standard output and into a file', async () => {
  const svg = await ask('diagram', 'watch');
  expect([svg.exit, svg.err]).toEqual([0, '']);
  expect(svg.out).toMatch(/^<svg [\s\S]*enquiries → enquiry[\s\S]*28d[\s\S]*<\/svg>$/);
  expect((await ask('diagram', 'watch', '--format', 'mermaid', '-o', 'watch.mmd')).exit).toBe(0);
  expect(readFileSync(join(solution, 'watch.mmd'), 'utf8')).toMatch(/^flowchart TD\n/);
});

test('of an instance: what it passed, and where it waits', async () => {
  expect((await ask('send', 'enquiries', 'samples/enquiry.json')).exit).toBe(0);
  const waiting = async () => (await ask('instances', '--json', '--status', 'waiting')).json().instances;
  await eventually('it waits', async () => (await waiting()).length === 1);
  const [{ instance }] = await waiting();
  const drawn = await ask('diagram', '--instance', instance.id);
  expect([drawn.exit, drawn.err]).toEqual([0, '']);
  expect(drawn.out).toMatch(/class="box receive passed"/);
  expect(drawn.out).toMatch(/class="box delay here"/);
  expect(drawn.out).toMatch(/class="box complete"/);
});

test('what cannot be drawn is told', async () => {
  const unknown = await ask('diagram', 'wtach', '-o', 'none.svg');
  expect([unknown.exit, unknown.err]).toEqual([2, 'There is no orchestration wtach. Did you mean watch?']);
  expect(existsSync(join(solution, 'none.svg'))).toBe(false);
  expect((await ask('diagram')).exit).toBe(2);
  expect((await ask('diagram', 'watch', '--instance', 'i')).exit).toBe(2);
  const nobody = await ask('diagram', '--instance', 'nobody');
  expect([nobody.exit, nobody.err]).toEqual([1, expect.stringMatching(/^NOT_FOUND /)]);
});
