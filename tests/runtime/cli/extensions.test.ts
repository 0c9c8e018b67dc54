/** Adapters and components of a solution's own: checked, tested and run like those of the bus. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
let free: string;
const ask = (...argv: string[]) => guildhall(solution, ...argv);
const put = (path: string, text: string) => {
  mkdirSync(join(solution, path, '..'), { recursive: true });
  writeFileSync(join(solution, path), text);
};
const extend = (names: string) => {
  const bus = readFileSync(join(solution, 'config', 'bus.yaml'), 'utf8').replace(/^extensions:.*\n/m, '');
  put('config/bus.yaml', `${bus}extensions: [${names}]\n`);
};

const COMPONENT = `export const components = [{
  name: 'shout', summary: 'Makes text loud.', stages: ['encode'],
  config: { type: 'object', properties: {}, additionalProperties: false },
  async execute(message) {
    const chunks = [];
    for await (const chunk of message.parts[0].open()) chunks.push(chunk);
    const bytes = Buffer.from(Buffer.concat(chunks).toString().toUpperCase());
    const part = { ...message.parts[0], size: bytes.length, bytes, open: async function* () { yield bytes; } };
    return { ...message, parts: [part] };
  },
}];
`;
const ADAPTER = `import { writeFileSync } from 'node:fs';
export const adapters = [{
  name: 'note', summary: 'Writes the last message to a file.',
  sendConfig: { type: 'object', required: ['to'], properties: { to: { type: 'string', description: 'The file' } } },
  examples: [], check: () => [],
  send: ({ to }, { resolvePath }) => ({
    send: async ({ parts: [part] }) => { for await (const chunk of part.open()) writeFileSync(resolvePath(to), chunk); },
    close: async () => {},
  }),
}];
`;

beforeAll(async () => {
  ({ solution, free } = await starterIn(temporary.folder));
  put('extensions/loud/index.mjs', COMPONENT);
  put('extensions/note.mjs', ADAPTER);
  put('node_modules/parcels/package.json', '{ "name": "parcels", "type": "module", "exports": "./index.js" }');
  put('node_modules/parcels/index.js', COMPONENT.replace("'shout'", "'whisper'"));
  put('config/pipelines/loud.pipeline.yaml', 'pipeline: loud\nsteps: [assemble, shout]\n');
  put(
    'config/pipelines/loud.test.yaml',
    `test: loud
pipeline: loud
cases:
  - name: it is loud
    message: enquiry
    document: { id: E-1, topic: roads }
    expect: [{}]
`,
  );
  put(
    'config/applications/notes.yaml',
    'application: notes\nsendPorts:\n  notes: { transport: note, to: last.txt, pipeline: loud, filter: message.type == "enquiry" }\n',
  );
});
afterAll(() => temporary.remove());

test('without them, the check says what is not known', async () => {
  const { out, exit } = await ask('check');
  expect(exit).toBe(1);
  expect(out).toMatch(/COMPONENT_UNKNOWN|shout/);
  expect(out).toMatch(/note/);
});

test('from folders, files and packages; they work in check, test and run', async () => {
  extend('./extensions/loud, ./extensions/note.mjs, parcels');
  expect(await ask('check')).toMatchObject({ exit: 0 });
  const bus = await startRun(solution, free);
  try {
    expect((await ask('send', 'enquiries', 'samples/enquiry.json')).exit).toBe(0);
    await eventually('it is noted', () => existsSync(join(solution, 'last.txt')));
    expect(readFileSync(join(solution, 'last.txt'), 'utf8')).toMatch(/^\{[^a-z]*\}\s*$/);
  } finally {
    await stopRun(bus);
  }
});

test.each([
  ['./extensions/missing', /there is no such file/],
  ['not-installed', /not-installed cannot be used: Cannot find module/],
  ['./extensions', /no index/],
  ['./extensions/empty.mjs', /exports neither/],
  ['./extensions/broken.mjs', /broken\.mjs cannot be used/],
  ['./extensions/wrong.mjs', /is no list of things with a name/],
  ['./extensions/taken.mjs', /there is a rest already/],
])('%s: the error says why', async (name, expected) => {
  put('extensions/empty.mjs', 'export const other = 1;\n');
  put('extensions/broken.mjs', 'export const = ;\n');
  put('extensions/wrong.mjs', 'export const adapters = 3;\n');
  put('extensions/taken.mjs', ADAPTER.replace("'note'", "'rest'"));
  extend(name);
  const { err, exit } = await ask('check');
  expect([exit > 0, err]).toEqual([true, expect.stringMatching(expected)]);
});
