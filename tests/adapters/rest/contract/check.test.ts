/** What `guildhall check` says of locations that serve contracts. */
import { type Files, served, told } from './contract-bus.ts';

const location =
  '{ transport: rest, openapi: schemas/street-care.yaml, pipeline: json-receive, access: { apiKey: { header: X-Api-Key, keys: [ { caller: a, key: { secret: KEY } } ] } } }';

const application = (at = location, filter = '1 == 1', more = '') => `application: care
receivePorts:
  care:
    locations:
      api: ${at}
sendPorts:
  out: { transport: file, folder: out, pipeline: json-send, filter: '${filter}' }
${more}`;

const ALL = 'bus.receivePort == "care"';
const APP = 'config/applications/care.yaml';

/** Of what is not about answers, which a one-way port has none of. */
const of = (files: Files) => told(files).filter((line) => !line.includes('OPERATION_UNANSWERED'));

const withContract = (from: string, to: string, files: Files = served(application(location, ALL))): Files => {
  const path = 'schemas/street-care.yaml';
  expect(files[path]).toContain(from);
  return { ...files, [path]: files[path]!.replace(from, to) };
};

test('a contract of which everything is taken, and what it promises in vain', () => {
  const lines = told(served(application(location, ALL)));
  expect(lines.map((line) => / (\w+) .*"(\w+)"/.exec(line)?.slice(1))).toEqual(
    ['searchReports', 'createReport', 'getReport', 'exportReports', 'getMap'].map((name) => [
      'OPERATION_UNANSWERED',
      name,
    ]),
  );
  expect(lines[0]).toMatch(/^config\/applications\/care.yaml:5:40 /);
});

test('operations that nobody takes, by their filters', () => {
  expect(of(served(application(location, 'rest.operation in ["getReport", "changeReport"]')))).toEqual(
    ['searchReports', 'createReport', 'deleteReport', 'exportReports', 'getMap', 'putPhoto'].map(
      (name) => `${APP}:5:40 OPERATION_UNHANDLED Nobody takes what comes in by the operation "${name}".`,
    ),
  );
});

test('an operation that is not in the contract, in a filter and in the options', () => {
  expect(of(served(application(location, 'rest.operation == "getReports" || bus.receivePort == "care"')))).toEqual([
    `${APP}:7:88 SUBSCRIPTION_UNSATISFIABLE No message can ever satisfy this subscription: rest.operation is never "getReports". -> getReport`,
  ]);
  const options = location.replace('pipeline:', 'operations: { getRepord: { wait: true } }, pipeline:');
  expect(of(served(application(options, ALL)))).toEqual([
    `${APP}:5:91 OPERATION_UNKNOWN The contract has no operation "getRepord". -> getReport`,
  ]);
});

test('an operation without a message type, by its usual name or by another', () => {
  const files = served(application(location, ALL));
  const { 'schemas/get-map-request.message.yaml': _, ...others } = files;
  expect(of(others)).toEqual([
    `${APP}:5:40 OPERATION_UNTYPED The requests of the operation "getMap" have no message type: there is no "get-map-request". -> get-report-request`,
  ]);
  const options = location.replace('pipeline:', 'operations: { getMap: { request: put-photo-request } }, pipeline:');
  expect(of({ ...others, [APP]: application(options, ALL) })).toEqual([]);
  const without = location.replace('pipeline:', 'operations: { getMap: { serve: false } }, pipeline:');
  expect(of({ ...others, [APP]: application(without, ALL) })).toEqual([]);
});

test('a contract that is not there, no contract, or one that refers to what is not there', () => {
  const { 'schemas/street-care.yaml': contract, ...others } = served(application(location, 'message.type != "x"'));
  expect(of(others)).toEqual([
    expect.stringMatching(/^config.applications.care.yaml:5:40 MISSING_FILE .*street-care.yaml/),
  ]);
  expect(of({ ...others, 'schemas/street-care.yaml': 'a: [' })).toEqual([
    expect.stringMatching(/^schemas.street-care.yaml:1:1 CONTRACT_INVALID .* cannot be read/),
  ]);
  expect(of({ ...others, 'schemas/street-care.yaml': contract!.replace('openapi: 3.1.0', 'openapi: 4.0.0') })).toEqual([
    'schemas/street-care.yaml:1:1 CONTRACT_INVALID The contract cannot be used here: it is neither OpenAPI 3.0 or 3.1 nor Swagger 2.0.',
  ]);
  const unmade = of(
    withContract(
      '#/components/schemas/Report" } }\n          application/x',
      '#/components/schemas/Reports" } }\n          application/x',
    ),
  );
  expect(unmade[0]).toMatch(
    /^schemas.street-care.yaml:36:31 CONTRACT_INVALID .*#\/components\/schemas\/Reports leads nowhere/,
  );
  const outside = of(withContract('common.yaml#/Receipt', 'https://a.example/common.yaml#/Receipt'));
  expect(outside[0]).toMatch(/CONTRACT_INVALID .*lies in the network, and is never fetched/);
});

test('what is there twice, in one contract and in two locations', () => {
  const ids = of(withContract('operationId: getMap', 'operationId: getReport'));
  expect(ids[0]).toMatch(
    /^schemas.street-care.yaml:\d+:5 OPERATION_DUPLICATE .*"getReport" is in the contract twice, by the same operationId/,
  );
  const routes = of(withContract('/reports/export:', '/reports/{number}:'));
  expect(routes[0]).toMatch(/OPERATION_DUPLICATE .*"exportReports" .* since "getReport" has the same method and path/);
  const both = served(
    application(
      `${location}\n      other: { transport: rest, path: /v1/reports, method: POST, pipeline: json-receive, message: create-report-request }\n      lookup: { transport: rest, path: /v1/reports, method: PUT, pipeline: json-receive, message: create-report-request }`,
      ALL,
    ),
  );
  expect(of(both)).toEqual([
    expect.stringMatching(
      /^config.applications.care.yaml:6:39 PATH_USED_TWICE .*\/v1\/reports is used here and at config.applications.care.yaml:5:40/,
    ),
  ]);
});

test('security that nobody sees to, and what is not done', () => {
  const open = location.replace(/, access: .*$/, ' }');
  expect(of(served(application(open, ALL)))).toEqual([
    `${APP}:5:40 SECURITY_UNMET The contract demands a key in the header X-Api-Key (its scheme "key"), and this location asks callers for nothing of the kind.`,
  ]);
  const calls = withContract('operationId: getMap', 'operationId: getMap\n      callbacks: { done: {} }');
  expect(of(calls)).toEqual([
    expect.stringMatching(
      /^schemas.street-care.yaml:79:7 CONTRACT_UNSUPPORTED The contract has callbacks, which nobody calls./,
    ),
  ]);
  expect(of(withContract('type: apiKey, in: header, name: X-Api-Key', 'type: oauth2, flows: {}'))).toEqual([
    expect.stringMatching(/care.yaml:5:\d+ SECURITY_UNMET The contract demands a token/),
  ]);
});

test('answers: types that the port does not name or nobody has, and statuses that the contract does not name', () => {
  const options = location.replace(
    'pipeline:',
    'operations: { createReport: { answers: { "422": refusal, "418": create-report-response } } }, pipeline:',
  );
  const two = application(options, ALL).replace('  care:\n', '  care:\n    response: create-report-response\n');
  expect(told(served(two))).toEqual([
    `${APP}:6:40 OPERATION_UNANSWERED The contract promises an answer with content to the operation "getReport", and the port has no \`response\` get-report-response.`,
    expect.stringMatching(/care.yaml:6:\d+ UNKNOWN_MESSAGE .*"refusal"/),
    expect.stringMatching(
      /care.yaml:6:\d+ OPTION_INVALID .*the contract names no answer 418 of the operation createReport/,
    ),
  ]);
});

test('the parameters of the contract, where expressions name them', () => {
  const keyed = (key: string) => location.replace('pipeline:', `dedupe: { key: ${key} }, pipeline:`);
  expect(of(served(application(keyed('rest.operation + rest.header.xRequestId'), ALL)))).toEqual([]);
  const [wrong] = of(served(application(keyed('rest.header.xRequestIt'), ALL)));
  expect(wrong).toMatch(/care.yaml:5:\d+ .*xRequestI.* -> .*xRequestId/);
});

test('options that a contract has no use for', () => {
  const options = location.replace('pipeline:', 'successStatus: 204, query: { a: a.b }, pipeline:');
  expect(of(served(application(options, ALL))).map((line) => / OPTION_INVALID (.*)/.exec(line)?.[1])).toEqual([
    expect.stringContaining('the contract says so of each operation'),
    expect.stringContaining('the contract says so of each operation'),
  ]);
});
