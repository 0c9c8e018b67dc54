/** The files of a new solution: one small flow that runs, is checked and is tested, to be replaced by one's own. */

const EDITOR = (kind: string, up: string) =>
  `# yaml-language-server: $schema=${up}node_modules/guildhall/docs/schema/${kind}.schema.json\n`;

/** Path to text. `name` is the folder's own name, `guildhall` the range or address of the package. */
export function starterFiles(name: string, guildhall: string): ReadonlyMap<string, string> {
  const project = {
    name,
    private: true,
    type: 'module',
    scripts: { start: 'guildhall run', check: 'guildhall check', test: 'guildhall test' },
    dependencies: { guildhall },
  };
  return new Map([
    ['package.json', `${JSON.stringify(project, null, 2)}\n`],
    ['.gitignore', 'node_modules/\ndata/\ncases/*.json\n'],
    ['README.md', readme(name)],
    ['config/bus.yaml', busFile(name)],
    ['config/applications/enquiries.yaml', APPLICATION],
    ['schemas/enquiry.message.yaml', ENQUIRY_MESSAGE],
    ['schemas/enquiry.schema.json', `${JSON.stringify(ENQUIRY, null, 2)}\n`],
    ['schemas/case.message.yaml', CASE_MESSAGE],
    ['schemas/case.schema.json', `${JSON.stringify(CASE, null, 2)}\n`],
    ['mappings/enquiry-to-case.map.yaml', MAP],
    ['mappings/enquiry-to-case.test.yaml', MAP_TEST],
    ['orchestrations/.gitkeep', ''],
    ['cases/.gitkeep', ''],
    ['samples/enquiry.json', `${JSON.stringify(SAMPLE, null, 2)}\n`],
  ]);
}

const readme = (name: string) => `# ${name}

A solution for Guildhall: enquiries come in by HTTP, are turned into cases, and are written as files.

    npx guildhall check                                   # everything that is wrong, with file, line and column
    npx guildhall test                                    # the *.test.yaml files, without a network
    npx guildhall run                                     # stays up; stop it with Ctrl-C
    npx guildhall send enquiries samples/enquiry.json     # from another terminal
    npx guildhall status

The case lies in cases/ then.
`;

const busFile = (name: string) => `${EDITOR('bus', '../')}bus: ${name}
organisation: ${name}
store: sqlite:data/guildhall.db
http: { address: 127.0.0.1:8080 }
admin: { address: 127.0.0.1:8079 }
`;

const APPLICATION = `${EDITOR('application', '../../')}application: enquiries
receivePorts:
  enquiries:
    locations:
      web: { transport: rest, path: /enquiries, pipeline: json-receive, message: enquiry, dedupe: enquiry.id }
sendPorts:
  cases:
    transport: file
    folder: cases
    pipeline: json-send
    maps: [enquiry-to-case]
    filter: message.type == "enquiry"
`;

const ENQUIRY_MESSAGE = `${EDITOR('message', '../')}message: enquiry
schema: enquiry.schema.json
promote: { enquiry.id: id, enquiry.topic: topic }
`;

const CASE_MESSAGE = `${EDITOR('message', '../')}message: case
schema: case.schema.json
`;

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

const ENQUIRY = {
  $schema: DRAFT,
  type: 'object',
  required: ['id', 'topic', 'received', 'text'],
  properties: {
    id: { type: 'string' },
    topic: { type: 'string', enum: ['bins', 'roads', 'council-tax'] },
    received: { type: 'string', format: 'date-time' },
    text: { type: 'string' },
  },
};

const CASE = {
  $schema: DRAFT,
  type: 'object',
  required: ['reference', 'title', 'opened'],
  properties: {
    reference: { type: 'string' },
    title: { type: 'string' },
    opened: { type: 'string' },
  },
};

const MAP = `${EDITOR('map', '../')}map: enquiry-to-case
from: { enquiry: enquiry }
to: case
fields:
  reference: enquiry.id
  title: 'upper(enquiry.topic) + ": " + truncate(enquiry.text, 60)'
  opened: date(enquiry.received, "Europe/London", "dd/MM/yyyy HH:mm")
`;

const SAMPLE = {
  id: 'E-1',
  topic: 'bins',
  received: '2026-06-01T08:30:00Z',
  text: 'My bin was not emptied.',
};

const MAP_TEST = `${EDITOR('map-test', '../')}test: enquiry-to-case
map: enquiry-to-case
cases:
  - name: a missed bin
    input:
      enquiry: { id: E-1, topic: bins, received: "2026-06-01T08:30:00Z", text: My bin was not emptied. }
    expect:
      reference: E-1
      title: "BINS: My bin was not emptied."
      opened: 01/06/2026 09:30
`;
