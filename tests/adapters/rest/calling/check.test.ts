/** What `guildhall check` says of send ports that call by a contract. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from '../../../../adapters/index.ts';
import { compileSolution } from '../../../../runtime/solution/compile-solution.ts';

const CASES = readFileSync(join(import.meta.dirname, 'contracts/cases.yaml'), 'utf8');
const KEY = 'auth: { type: apiKey, name: X-Api-Key, key: { secret: KEY } }';

/** `options`: of the port; each on a line of its own, from line 5. */
function findings(options: readonly string[], contract = CASES) {
  const port = [
    'transport: rest',
    'openapi: schemas/cases.yaml',
    ...options,
    'pipeline: json-send',
    'filter: message.type == "case"',
  ];
  const files = new Map([
    ['config/bus.yaml', 'bus: calling\norganisation: northmoor\nstore: memory\n'],
    [
      'config/applications/calling.yaml',
      `application: calling\nsendPorts:\n  cases:\n${port.map((line) => `    ${line}\n`).join('')}`,
    ],
    [
      'config/applications/feeding.yaml',
      'application: feeding\nreceivePorts:\n  in:\n    locations:\n      api: { transport: rest, path: /in, pipeline: json-receive, message: case }\n',
    ],
    ['schemas/case.message.yaml', 'message: case\nschema: case.schema.json\n'],
    ['schemas/case.schema.json', '{"type":"object"}'],
    ['schemas/cases.yaml', contract],
  ]);
  const compiled = compileSolution(files, { adapters, env: { KEY: 'k' }, resolvePath: (path) => path });
  return compiled.findings
    .filter(({ code }) => !/SECRET|UNSUBSCRIBED|UNUSED|NOBODY/.test(code))
    .map(({ code, severity, at, suggestion }) => ({
      code,
      severity,
      at: `${at.file}:${at.line}:${at.column}`,
      ...(suggestion ? { suggestion } : {}),
    }));
}

const APPLICATION = 'config/applications/calling.yaml';

test('nothing, where all is said', () => {
  expect(findings([KEY, 'operation: createCase'])).toEqual([]);
  expect(findings([KEY, 'parameters: { X-Tenant: northmoor }'])).toEqual([]);
  expect(
    findings([
      'auth: { type: clientCredentials, tokenUrl: "https://login.example/token", client: bus, clientSecret: { secret: KEY } }',
      'operation: getCase',
    ]),
  ).toEqual([]);
});

test.each<[string, readonly string[], object]>([
  [
    'an unknown operation',
    [KEY, 'operation: createCases'],
    { code: 'OPERATION_UNKNOWN', severity: 'error', at: `${APPLICATION}:7:16`, suggestion: 'createCase' },
  ],
  [
    'one in `operations`',
    [KEY, 'operation: getCase', 'operations: { putCase: { request: case } }'],
    { code: 'OPERATION_UNKNOWN', severity: 'error', at: `${APPLICATION}:8:28`, suggestion: 'getCase' },
  ],
  [
    'an unknown parameter',
    [KEY, 'operation: getCase', 'parameters: { ident: "1" }'],
    { code: 'OPTION_INVALID', severity: 'error', at: `${APPLICATION}:8:26`, suggestion: 'id or path.id' },
  ],
  [
    'a header that nothing gives',
    [KEY, 'operation: searchCases'],
    { code: 'PARAMETER_UNGIVEN', severity: 'warning', at: `${APPLICATION}:5:14` },
  ],
  [
    'nothing that proves who we are',
    ['operation: getCase'],
    { code: 'AUTH_UNPROVEN', severity: 'warning', at: `${APPLICATION}:5:14` },
  ],
  [
    'a body of its own',
    [KEY, 'operation: getCase', 'body: form'],
    { code: 'OPTION_INVALID', severity: 'error', at: `${APPLICATION}:8:11` },
  ],
  [
    'an address with more than a path',
    [KEY, 'operation: getCase', 'url: "http://a/{case.id}"'],
    { code: 'OPTION_INVALID', severity: 'error', at: `${APPLICATION}:8:10` },
  ],
])('%s', (_title, options, expected) => {
  expect(findings(options)).toContainEqual(expected);
});

test('a contract without a whole address wants one', () => {
  const contract = CASES.replace(/servers:\n.*\n.*\n/, 'servers: [{ url: /v1 }]\n');
  expect(findings([KEY, 'operation: getCase'], contract)).toEqual([
    { code: 'OPTION_INVALID', severity: 'error', at: `${APPLICATION}:5:14` },
  ]);
  expect(findings([KEY, 'operation: getCase', 'url: http://127.0.0.1:1'], contract)).toEqual([]);
});

test('what is wrong in the contract is told at its place there', () => {
  const contract = CASES.replace('#/components/responses/CaseExists', '#/components/responses/Nothing');
  const line = contract.split('\n').findIndex((text) => text.includes('Nothing')) + 1;
  expect(findings([KEY, 'operation: getCase'], contract)).toEqual([
    { code: 'CONTRACT_INVALID', severity: 'error', at: `schemas/cases.yaml:${line}:9` },
  ]);
  expect(findings([KEY], 'openapi: 4.0.0')).toContainEqual({
    code: 'CONTRACT_INVALID',
    severity: 'error',
    at: 'schemas/cases.yaml:1:1',
  });
});

test.each([
  [{ method: 'GET' }, ['url']],
  [{ url: 'http://a', operation: 'x', parameters: {} }, ['operation', 'parameters']],
])('without a contract, %j is wrong', (config, paths) => {
  const rest = adapters.find(({ name }) => name === 'rest')!;
  expect(rest.check(config, 'send').map(({ path }) => path)).toEqual(paths);
});
