/** A small solution without faults, and adapters that do nothing: each test of a check changes one thing in it. */
import type { Adapter } from '../../../runtime/contracts/adapter.ts';
import type { Finding } from '../../../runtime/contracts/finding.ts';
import { type Compiled, type CompileOptions, compileSolution } from '../../../runtime/solution/compile-solution.ts';

const url = { type: 'string', pattern: '^http://', description: 'Where to' };
const secret = {
  type: 'object',
  properties: { secret: { type: 'string' } },
  required: ['secret'],
  additionalProperties: false,
};

/** `web` receives and sends, `drop` only sends. */
export const adapters: readonly Adapter[] = [
  {
    name: 'web',
    summary: 'A web transport for tests.',
    receiveConfig: {
      type: 'object',
      properties: { path: { type: 'string', format: 'http-path', description: 'Served path' } },
      required: ['path'],
    },
    sendConfig: {
      type: 'object',
      properties: {
        url,
        method: { enum: ['GET', 'POST'], default: 'POST', description: 'The method' },
        password: secret,
        contract: { type: 'string', format: 'solution-path', description: 'A file of the solution' },
      },
      required: ['url'],
    },
    dynamic: { address: 'url', kind: 'url', options: ['method'] },
    examples: [{ title: 'Posts', direction: 'send', config: { url: 'http://a' } }],
    check: (config) =>
      (config as { url?: string }).url === 'http://forbidden'
        ? [{ code: 'ADAPTER_CONFIG', severity: 'error', path: 'url', message: 'Not there.', help: 'Elsewhere.' }]
        : [],
  },
  {
    name: 'drop',
    summary: 'Drops messages.',
    sendConfig: { type: 'object', properties: {} },
    examples: [],
    check: () => [],
  },
];

const order = {
  type: 'object',
  properties: { id: { type: 'string' }, kind: { type: 'string', enum: ['large', 'small'] } },
  required: ['id', 'kind'],
  additionalProperties: false,
};
const answer = {
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
  additionalProperties: false,
};

export const small: Readonly<Record<string, string>> = {
  'config/bus.yaml': 'bus: small\norganisation: council\nstore: memory\n',
  'config/applications/shop.yaml': `application: shop
receivePorts:
  orders:
    response: answer
    locations:
      web: { transport: web, path: /orders, pipeline: json-receive, dedupe: order.id }
sendPorts:
  stock:
    transport: web
    url: http://stock
    pipeline: json-send
    response: answer
    retry: { attempts: 5, max: 1m }
    faults:
      - { when: response.text == "no", error: Refused }
  archive:
    transport: drop
    pipeline: json-send
    filter: message.type == "order" && order.kind == "large"
bindings:
  take-order: { orders: orders, stock: stock }
`,
  'config/environments/test.yaml': `environment: test
bus: { organisation: other }
locations:
  orders/web: { path: /test/orders }
sendPorts:
  stock: { url: "http://test", retry: { first: 1ms } }
`,
  'config/lookups/kinds.csv': 'kind,code\nlarge,L\n',
  'schemas/order.message.yaml':
    'message: order\nschema: order.schema.json\npromote: { order.id: id, order.kind: kind }\n',
  'schemas/order.schema.json': JSON.stringify(order),
  'schemas/answer.message.yaml': 'message: answer\nschema: answer.schema.json\n',
  'schemas/answer.schema.json': JSON.stringify(answer),
  'mappings/order-to-answer.map.yaml': `map: order-to-answer
from: { order: order }
to: answer
fields:
  text: order.id
`,
  'orchestrations/take-order.orchestration.yaml': `orchestration: take-order
messages: { order: order, stocked: answer, answer: answer }
body:
  - receive: { port: orders, message: order, activate: true }
  - request: { port: stock, send: order, response: stocked }
  - transform: { map: order-to-answer, from: order, to: answer }
  - send: { port: orders, message: answer }
`,
};

export const shop = 'config/applications/shop.yaml';

/** Replaces one piece of one file; the piece must be there. */
export function changed(file: string, piece: string, by: string, files = small): Record<string, string> {
  const text = files[file] ?? '';
  if (!text.includes(piece)) throw new Error(`${file} has no ${piece}`);
  return { ...files, [file]: text.replace(piece, () => by) };
}

export function compile(files: Readonly<Record<string, string>>, options: Partial<CompileOptions> = {}): Compiled {
  return compileSolution(new Map(Object.entries(files)), {
    adapters,
    env: {},
    resolvePath: (path) => `/nowhere/${path}`,
    ...options,
  });
}

/** `file:line:column CODE suggestion`, with the file's bare name. */
export function told(files: Readonly<Record<string, string>>, options: Partial<CompileOptions> = {}): string[] {
  return compile(files, options).findings.map(inShort);
}

export function inShort({ at, code, suggestion }: Finding): string {
  const file = at.file.slice(at.file.lastIndexOf('/') + 1);
  return `${file}:${at.line}:${at.column} ${code} ${suggestion ?? ''}`.trim();
}

/** The place of a piece of a file, as findings give it. */
export function placeOf(files: Readonly<Record<string, string>>, file: string, piece: string): string {
  const before = files[file]!.slice(0, files[file]!.indexOf(piece)).split('\n');
  return `${file.slice(file.lastIndexOf('/') + 1)}:${before.length}:${before.at(-1)!.length + 1}`;
}
