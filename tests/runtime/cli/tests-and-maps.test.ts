/** `guildhall test` and `guildhall map try` as an integrator uses them. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { updated } from '../../../runtime/cli/update-tests.ts';
import { guildhall, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
let made = 0;

const LOOK = `# What a reading looks like.
test: readings
message: reading
cases:
  - name: a good one # as the meter sends it
    input: '{"meter":"7","units":3}'
    document: { meter: "7", units: 4 }
  - { name: a bad one, input: '{"meter":7}', violations: [/, /meter] }
  - name: a broken one
    input: { base64: eyI= }
    error: JSON_SYNTAX
`;

const FILES: Readonly<Record<string, string>> = {
  'config/bus.yaml': 'bus: b\norganisation: o\n',
  'config/pipelines/lines.pipeline.yaml': 'pipeline: lines\nsteps: [json-lines-disassemble, validate]\n',
  'config/pipelines/lines.test.yaml': `test: lines
pipeline: lines
cases:
  - name: three lines
    message: reading
    input: "{\\"meter\\":\\"1\\",\\"units\\":1}\\nno\\n{\\"meter\\":\\"2\\",\\"units\\":2}"
    properties: { from: depot }
    expect:
      - { type: reading, document: { meter: "1", units: 1 }, properties: { from: depot, record.number: 1 } }
      - { body: '{"meter":"2","units":2}' }
    suspended: [JSON_SYNTAX]
  - name: one for all
    message: reading
    input: "no"
    alone: false
    error: JSON_SYNTAX
`,
  'schemas/reading.message.yaml': 'message: reading\nschema: reading.schema.json\n',
  'schemas/reading.schema.json':
    '{"type":"object","required":["meter","units"],"properties":{"meter":{"type":"string"},"units":{"type":"integer"},"note":{"type":"string"}}}',
  'schemas/reading.test.yaml': LOOK,
  'mappings/double.map.yaml':
    'map: double\nfrom: { a: reading }\nto: reading\nfields:\n  meter: a.meter\n  units: a.units * 2\n  note: a.note\n',
  'mappings/double.test.yaml':
    'test: double\nmap: double\ncases:\n  - name: two\n    input: { a: { meter: m, units: 1 } }\n    expect:\n      meter: m\n      units: 2\n',
};

function solution(files: Readonly<Record<string, string>> = FILES): string {
  made += 1;
  const folder = join(temporary.folder, `s${made}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('message types, pipelines and maps are tested; what differs is told by its place', async () => {
  const { exit, out } = await guildhall(solution(), 'test');
  expect(exit).toBe(1);
  expect(out).toContain('FAILED a good one\n        units: expected 4, got 3');
  expect(out).toContain('3 files, 5 passed, 1 failed.');
});

test('--update writes what came out and leaves all else as it was, but not on a build server', async () => {
  const folder = solution();
  const { exit, out } = await guildhall(folder, 'test', '--update');
  expect([exit, out.split('\n')[0]]).toEqual([0, '1 expectations written. See what changed before you keep it.']);
  expect(readFileSync(join(folder, 'schemas/reading.test.yaml'), 'utf8')).toBe(
    LOOK.replace('{ meter: "7", units: 4 }', '{ meter: "7", units: 3 }'),
  );
  expect((await guildhall(folder, 'test')).exit).toBe(0);
});

test('an expectation is written in the style of what stood there', () => {
  const text =
    'cases:\n  - expect:\n      a: 1 # one\n      b: [1]\n    name: x # last\n  - { expect: { a: 1 } }\n  - expect: "old"\n';
  const update = (index: number, value: unknown) => ({ path: ['cases', index, 'expect'], value });
  expect(updated(text, [update(0, { a: 2, c: { d: [3] } }), update(1, { a: [2] }), update(2, 'new\nline')])).toBe(
    'cases:\n  - expect:\n      a: 2\n      c:\n        d:\n          - 3\n    name: x # last\n  - { expect: { a: [ 2 ] } }\n  - expect: "new\\nline"\n',
  );
});

test('coverage, a filter, JUnit and JSON', async () => {
  const folder = solution();
  const { exit, out } = await guildhall(folder, 'test', '--filter', 'double', '--coverage', '--junit', 'r.xml');
  expect(exit).toBe(0);
  expect(out).toMatch(/double +3 +2 +note/);
  expect(out).toContain('66.6 % of the fields');
  expect(readFileSync(join(folder, 'r.xml'), 'utf8')).toContain(
    '<testsuite name="mappings/double.test.yaml" tests="1" failures="0">',
  );
  expect((await guildhall(folder, 'test', '--filter', 'double', '--min-coverage', '80')).exit).toBe(1);
  expect((await guildhall(folder, 'test', '--min-coverage', 'most')).exit).toBe(2);
  expect((await guildhall(folder, 'test', '--json')).json()).toMatchObject({
    covered: 66.6,
    coverage: [{ map: 'double', missing: ['note'] }],
  });
});

test('a test of something that there is not is found, with what was meant', async () => {
  const folder = solution({
    ...FILES,
    'schemas/reading.test.yaml': LOOK.replace('message: reading', 'message: readin'),
  });
  const { exit, out } = await guildhall(folder, 'test');
  expect(exit).toBe(1);
  expect(out).toContain(
    'schemas/reading.test.yaml:3:10 TEST_SUBJECT_UNKNOWN There is no message type readin to be tested.',
  );
  expect(out).toContain('reading');
});

describe('map try', () => {
  test('prints what a map makes of a file', async () => {
    const folder = solution();
    writeFileSync(join(folder, 'r.json'), '{"meter":"m","units":21}');
    expect(await guildhall(folder, 'map', 'try', 'double', 'r.json')).toMatchObject({
      exit: 0,
      out: '{"meter":"m","units":42}',
    });
  });

  test('in the format of its target', async () => {
    const folder = join(temporary.folder, 'reference');
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    for (const part of ['config', 'mappings', 'orchestrations', 'schemas'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'e.json'), '{"number":"7","reason":"gone"}');
    const { exit, err } = await guildhall(folder, 'map', 'try', 'enquiry-to-cancelation', 'e.json');
    expect([exit, err]).toEqual([2, 'There is no map enquiry-to-cancelation. Did you mean enquiry-to-cancellation?']);
  });

  test('says what is wrong with the source, the map or the number of files', async () => {
    const folder = solution();
    writeFileSync(join(folder, 'r.json'), '{"meter":"m"');
    expect(await guildhall(folder, 'map', 'try', 'double', 'r.json')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('JSON_SYNTAX Not JSON at 1:'),
    });
    expect(await guildhall(folder, 'map', 'try', 'double', 'r.json', 'r.json')).toMatchObject({
      exit: 2,
      err: 'double has the sources reading: give a file for each.',
    });
    const broken = solution({
      ...FILES,
      'mappings/double.map.yaml': FILES['mappings/double.map.yaml']!.replace('a.units * 2', 'a.unit * 2'),
    });
    expect(await guildhall(broken, 'map', 'try', 'double', 'r.json')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('mappings/double.map.yaml:6:12'),
    });
  });
});
