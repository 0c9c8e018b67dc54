/** HTTP requests with JSON, XML, CSV or anything else in them, in both directions. */
import type { Adapter, AdapterContext, Direction, ReceiveLocation, Served } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { templateProblem } from '../../runtime/files/file-name.ts';
import { accessFindings } from '../shared/access/check.ts';
import { authFindings } from '../shared/client/auth/check.ts';
import { createCallPort } from './calling/call-port.ts';
import { calledContract } from './calling/check.ts';
import type { CallConfig } from './calling/config.ts';
import { conditionHeaders } from './conditions.ts';
import { receiveSchema, sendSchema } from './config.ts';
import { servesContract } from './contract/check.ts';
import { type ContractReceiveConfig, createContractLocation } from './contract/serve.ts';
import { RECEIVE_DEFAULTS } from './defaults.ts';
import { pollAddress } from './poll.ts';
import { pollFindings } from './poll-check.ts';
import type { PollConfig } from './poll-config.ts';
import { createReceiveLocation, type RestReceiveConfig } from './receive.ts';
import { isOwnHeader } from './request-headers.ts';
import { createSendPort, type RestSendConfig } from './send.ts';
import { urlProblem } from './target.ts';

export interface RestPollConfig {
  readonly poll: PollConfig;
}

type RestConfig = RestReceiveConfig | ContractReceiveConfig | RestPollConfig | RestSendConfig | CallConfig;

export const rest: Adapter<RestConfig> = {
  name: 'rest',
  summary: 'Takes HTTP requests at a path, asks addresses for what is new, and sends messages as HTTP requests.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  callers: true,
  dynamic: { address: 'url', kind: 'url', options: ['method', 'query', 'operation'] },
  examples: [
    {
      title: 'Take JSON reports, and recognise those that a caller sends again',
      direction: 'receive',
      config: { path: '/street-reports', contentTypes: ['application/json'], keyHeader: 'Idempotency-Key' },
    },
    {
      title: 'Answer lookups, as GET /streets?usrn=1234, where the port is two-way',
      direction: 'receive',
      config: { path: '/streets', method: 'GET', query: { usrn: 'street.usrn' } },
    },
    {
      title: 'Serve all operations of an OpenAPI document below /street-care; the property rest.operation tells which',
      direction: 'receive',
      config: { openapi: 'schemas/street-care/contract/street-care.yaml', path: '/street-care' },
    },
    {
      title: 'Ask an Open311 server every minute for what was changed, page by page',
      direction: 'receive',
      config: {
        poll: {
          url: 'https://open311.example.gov.uk/v2/requests.json?jurisdiction_id=example.gov.uk&updated_after={since}',
          items: '$',
          since: { start: '7d', overlap: '15m' },
          pages: { by: 'page', parameter: 'page' },
          auth: { type: 'apiKey', name: 'api_key', in: 'query', key: { secret: 'OPEN311_KEY' } },
        },
      },
    },
    {
      title: 'Post to a system that wants an API key',
      direction: 'send',
      config: { url: 'https://cases.example.gov.uk/api/cases', headers: { 'X-Api-Key': { secret: 'CASES_KEY' } } },
    },
    {
      title: 'Post to a system that gives tokens by OAuth 2, through the proxy of the council',
      direction: 'send',
      config: {
        url: 'https://cases.example.gov.uk/api/cases',
        auth: {
          type: 'clientCredentials',
          tokenUrl: 'https://login.example.gov.uk/oauth2/token',
          client: 'bus',
          clientSecret: { secret: 'CASES_CLIENT' },
          scope: 'cases.write',
        },
        proxy: { url: 'http://proxy.example.gov.uk:3128' },
      },
    },
    {
      title: 'Send letters, texts and emails by GOV.UK Notify',
      direction: 'send',
      config: {
        url: 'https://api.notifications.service.gov.uk/v2/notifications/email',
        auth: { type: 'notify', key: { secret: 'NOTIFY_KEY' } },
      },
    },
    {
      title: 'Report to an Open311 server: a form with fields such as attribute[CODE]',
      direction: 'send',
      config: { url: 'https://open311.example.gov.uk/v2/requests.json', body: 'form' },
    },
    {
      title: 'Hand in a document as a file of a form',
      direction: 'send',
      config: {
        url: 'https://cases.example.gov.uk/cases/{case.id}/documents',
        file: { field: 'document', fileName: '{case.id}.pdf', fields: { kind: 'evidence' } },
      },
    },
    {
      title: 'Change a case only where nobody else has since we read it',
      direction: 'send',
      config: {
        method: 'PUT',
        url: 'https://cases.example.gov.uk/cases/{case.id}',
        conditions: { ifMatch: 'case.etag' },
        answerProperties: { 'X-Case-Version': 'case.version' },
      },
    },
    {
      title: 'Call an operation of an OpenAPI document; without `operation` the message decides',
      direction: 'send',
      config: {
        openapi: 'schemas/cases/contract/cases.yaml',
        operation: 'createCase',
        url: 'https://cases.example.gov.uk/api',
        parameters: { 'X-Tenant': 'northmoor', caseType: '{case.type}' },
        auth: { type: 'apiKey', name: 'X-Api-Key', key: { secret: 'CASES_KEY' } },
      },
    },
    {
      title: 'Look up a street',
      direction: 'send',
      config: { method: 'GET', url: 'https://gazetteer.example.gov.uk/streets/{street.usrn}' },
    },
  ],
  check,
  serves,
  exclusiveWith: (config) => 'poll' in config,
  receive,
  calls: (config, read) => (isCall(config) ? calledContract(config, read) : undefined),
  send: (config, context) =>
    isCall(config) ? createCallPort(config, context) : createSendPort(config as RestSendConfig, context),
};

/** Those without a default: one cannot tell a default from what was written. */
const PATH_OPTIONS = [
  'path',
  'openapi',
  'operations',
  'successStatus',
  'keyHeader',
  'properties',
  'query',
  'access',
] as const;
/** What a contract says of each operation. */
const OPTIONS_OF_ONE = ['successStatus', 'query'] as const;

function check(config: RestConfig, direction: Direction): readonly FindingInConfig[] {
  return direction === 'receive'
    ? receiveFindings(config as Partial<RestReceiveConfig & ContractReceiveConfig & RestPollConfig>)
    : sendFindings(config as SendConfig);
}

const isCall = (config: RestConfig): config is CallConfig => 'openapi' in config && typeof config.openapi === 'string';

type SendConfig = Omit<RestSendConfig, 'url'> & Partial<CallConfig>;

function receive(config: RestConfig, context: AdapterContext): ReceiveLocation {
  if ('poll' in config) return createPolling(config, context);
  if (isContract(config)) return createContractLocation(config, context);
  return createReceiveLocation(config as RestReceiveConfig, context);
}

function serves(config: RestConfig, read: (path: string) => string | undefined): Served {
  if (isContract(config)) return servesContract(config, read);
  const { path, method = RECEIVE_DEFAULTS.method } = config as Partial<RestReceiveConfig>;
  return { routes: typeof path === 'string' ? [{ path, methods: [method], option: 'path' }] : [] };
}

const isContract = (config: RestConfig): config is ContractReceiveConfig =>
  'openapi' in config && typeof config.openapi === 'string';

function createPolling({ poll }: RestPollConfig, context: AdapterContext): ReceiveLocation {
  if (!context.twoWay) return pollAddress(poll, context);
  throw busError('ADAPTER_CONFIG', { name: context.name, reason: 'nobody waits for a response where the bus asks' });
}

function receiveFindings(
  config: Partial<RestReceiveConfig & ContractReceiveConfig & RestPollConfig>,
): FindingInConfig[] {
  const { path, openapi, operations, properties, query, access, poll } = config;
  if (poll) {
    const others = PATH_OPTIONS.filter((name) => name in config);
    const found = others.map((name) =>
      invalid(name, 'it is about requests that come in, and this asks', 'Leave it out.'),
    );
    return [...found, ...pollFindings(poll)];
  }
  const found: FindingInConfig[] = [];
  if (openapi !== undefined)
    found.push(
      ...OPTIONS_OF_ONE.filter((name) => name in config).map((name) =>
        invalid(name, 'the contract says so of each operation', 'Leave it out.'),
      ),
    );
  else if (path === undefined)
    return [invalid('path', 'it has no path, contract or address', 'Add `path`, `openapi` or `poll`.')];
  if (openapi === undefined && operations !== undefined)
    found.push(invalid('operations', 'there is no contract that has any', 'Add `openapi`, or leave it out.'));
  return [...found, ...accessFindings(access), ...propertyFindings(properties), ...propertyFindings(query, 'query')];
}

function propertyFindings(
  properties: Readonly<Record<string, string>> = {},
  option: 'properties' | 'answerProperties' | 'query' = 'properties',
): FindingInConfig[] {
  return Object.entries(properties)
    .filter(([, property]) => /^(bus|message)\./.test(property))
    .map(([header, property]) =>
      invalid(
        `${option}.${header}`,
        `${property} is set by the bus`,
        'Choose a name of your own, such as http.source.',
      ),
    );
}

function sendFindings(config: SendConfig): FindingInConfig[] {
  const { url, method, query, headers = {}, auth, body, file } = config;
  const found: FindingInConfig[] = [
    ...conditionFindings(config),
    ...propertyFindings(config.answerProperties, 'answerProperties'),
    ...addressFindings(config),
  ];
  const problem = url === undefined ? undefined : urlProblem(url);
  if (problem) found.push(invalid('url', problem, 'Write it as https://host/path/{property}.'));
  for (const name of Object.keys(headers).filter(isOwnHeader)) {
    found.push(invalid(`headers.${name}`, `${name} is written by the adapter`, 'Leave it out.'));
  }
  found.push(...authFindings(auth, Object.keys(headers)));
  if (file && body !== undefined && body !== 'multipart') {
    found.push(invalid('body', 'a file is sent in a form', 'Leave `body` out.'));
  }
  const problemOfName = file?.fileName === undefined ? undefined : templateProblem(file.fileName);
  if (problemOfName) found.push(invalid('file.fileName', problemOfName, 'Write it as {case.id}.pdf.'));
  if (query && method !== 'GET' && method !== 'DELETE' && body !== 'none') {
    found.push(
      invalid(
        'query',
        'the fields would be sent twice, in the query and in the body',
        'Use it with method: GET, or add body: none.',
      ),
    );
  }
  return found;
}

/** Those without a default that a contract says itself, and those that are about a contract. */
const OF_ONE_ADDRESS = ['body', 'file'] as const;
const OF_CONTRACT = ['operation', 'operations', 'parameters'] as const;

function addressFindings(config: SendConfig): FindingInConfig[] {
  if (config.openapi === undefined) {
    const missing = config.url === undefined ? [invalid('url', 'it has no address', 'Add `url` or `openapi`.')] : [];
    const idle = OF_CONTRACT.filter((name) => config[name] !== undefined);
    return [
      ...missing,
      ...idle.map((name) => invalid(name, 'there is no contract', 'Add `openapi`, or leave it out.')),
    ];
  }
  const twice = OF_ONE_ADDRESS.filter((name) => config[name] !== undefined);
  const written = config.url !== undefined && /[{}?]/.test(config.url);
  return [
    ...twice.map((name) => invalid(name, 'the contract says so of each operation', 'Leave it out.')),
    ...(written
      ? [invalid('url', 'the contract says what stands behind it', 'Write it as https://host/base-path.')]
      : []),
  ];
}

/** A condition that the headers write too would be sent in one of two ways. */
function conditionFindings({ conditions, headers = {} }: SendConfig): FindingInConfig[] {
  const written = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return conditionHeaders(conditions)
    .filter((name) => written.has(name))
    .map((name) => invalid('conditions', `there is a header ${name} too`, 'Keep one of the two.'));
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
