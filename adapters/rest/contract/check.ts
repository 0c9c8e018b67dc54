/** What is wrong with a contract, or with what the options of its location say of it. Pure. */
import type { HttpRoute, Served, ServedContract, ServedOperation } from '../../../runtime/contracts/adapter.ts';
import type { Finding, FindingInConfig, Location } from '../../../runtime/contracts/finding.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { ErrorCode } from '../../../runtime/errors/catalog.ts';
import { finding } from '../../../runtime/errors/finding.ts';
import { suggestName } from '../../../runtime/errors/suggest-name.ts';
import type { Operation } from '../../../runtime/openapi/contract.ts';
import { ContractProblem, type Place } from '../../../runtime/openapi/documents.ts';
import { requestTypeOf, responseTypeOf } from '../../../runtime/openapi/kebab.ts';
import { problemsOf } from '../../../runtime/openapi/problems.ts';
import { declaredFor } from './answer.ts';
import { type ContractConfig, isServed, OPERATION } from './config.ts';
import { essenceOf, isXml } from './media.ts';
import { contractOf, type OpenContract } from './open-contract.ts';
import { publishedAt } from './publish.ts';
import { unmetSecurity } from './security.ts';
import type { ContractReceiveConfig } from './serve.ts';
import { answersWith, waitsFor } from './success.ts';
import { propertyOf } from './to-message.ts';

/** Nothing where the document is not there, of which is told otherwise. */
export function servesContract(config: ContractReceiveConfig, read: (path: string) => string | undefined): Served {
  if (read(config.openapi.replace(/^\.\//, '')) === undefined)
    return { routes: [], contract: { property: OPERATION, carried: [], operations: [], findings: [] } };
  let open: OpenContract;
  try {
    open = contractOf(config, read);
  } catch (thrown) {
    if (!(thrown instanceof ContractProblem)) throw thrown;
    const { place, message: reason } = thrown;
    const found = finding('CONTRACT_INVALID', locationOf(place, { line: 1, column: 1 }), { reason });
    return { routes: [], contract: { property: OPERATION, carried: [], operations: [], findings: [found] } };
  }
  return { routes: routesOf(open, config), contract: servedContract(open, config) };
}

function routesOf(open: OpenContract, config: ContractConfig): HttpRoute[] {
  const published = publishedAt(open, config);
  return [
    ...open.paths.map(({ template, operations }) => ({
      path: template,
      methods: [...operations.keys()],
      option: 'openapi',
    })),
    ...(published === undefined ? [] : [{ path: published, methods: ['GET'], option: 'publish' }]),
  ];
}

function servedContract({ contract }: OpenContract, config: ContractReceiveConfig): ServedContract {
  const located = (place: Place) => locationOf(place, contract.documents.locate(place));
  const at = (code: ErrorCode, place: Place, values: Record<string, string>, severity: Finding['severity'] = 'error') =>
    finding(code, located(place), values, { severity });
  return {
    property: OPERATION,
    carried: [...new Set(contract.operations.flatMap(({ parameters }) => parameters.map(propertyOf)))],
    operations: contract.operations
      .filter(({ id }) => isServed(config, id))
      .map((operation) => servedOperation(operation, config, () => located(operation.place))),
    findings: [
      ...problemsOf(contract, contract.operations).map(({ message: reason, place }) =>
        at('CONTRACT_INVALID', place, { reason }),
      ),
      ...twice(contract.operations).map(([{ id, place }, reason]) =>
        at('OPERATION_DUPLICATE', place, { name: id, reason }),
      ),
      ...contract.operations
        .flatMap(unsupportedIn)
        .map(({ what, place }) => at('CONTRACT_UNSUPPORTED', place, { what }, 'warning')),
      ...unknownOperations(contract.operations, config),
      ...contract.operations.flatMap((operation) => unknownStatuses(operation, config)),
      ...unmetSecurity(
        contract.operations.filter(({ id }) => isServed(config, id)),
        config.access,
      ),
    ],
  };
}

function servedOperation(operation: Operation, config: ContractConfig, locate: () => Location): ServedOperation {
  const own = config.operations?.[operation.id];
  return {
    name: operation.id,
    request: own?.request ?? requestTypeOf(operation.id),
    response: own?.response ?? responseTypeOf(operation.id),
    answers: waitsFor(operation, config, true) && answersWith(operation).length > 0,
    others: Object.entries(own?.answers ?? {}).map(([status, type]) => ({
      type,
      option: ['operations', operation.id, 'answers', status],
    })),
    locate,
  };
}

const locationOf = ({ file, keys }: Place, place: { readonly line: number; readonly column: number }): Location => ({
  file,
  ...place,
  path: keys.join('.'),
});

function twice(operations: readonly Operation[]): [Operation, string][] {
  const ids = new Set<string>();
  const routes = new Map<string, Operation>();
  return operations.flatMap((operation): [Operation, string][] => {
    const route = `${operation.method} ${operation.path.replace(/\{[^{}]*\}/g, '{}')}`;
    const other = routes.get(route);
    if (!other) routes.set(route, operation);
    if (other) return [[operation, `since "${other.id}" has the same method and path but for the names of parameters`]];
    if (ids.has(operation.id)) return [[operation, 'by the same operationId']];
    ids.add(operation.id);
    return [];
  });
}

function unsupportedIn(operation: Operation) {
  const { body, place, parameters } = operation;
  const documents = [...(body?.content.keys() ?? [])].filter((type) => isXml(essenceOf(type)));
  const names = parameters
    .filter((parameter) => parameter.in === 'path' || parameter.in === 'query')
    .map(({ name }) => name);
  const same = names.filter((name, index) => names.indexOf(name) !== index || (body && name === 'body'));
  return [
    ...operation.unsupported,
    ...documents.map((type) => ({ what: `bodies of ${type}, which go on as they come, unread`, place })),
    ...same.map((name) => ({
      what: `two things called "${name}" in one request, of which only one is in its document`,
      place,
    })),
  ];
}

function unknownOperations(operations: readonly Operation[], config: ContractConfig): FindingInConfig[] {
  const known = operations.map(({ id }) => id);
  return Object.keys(config.operations ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => {
      const { code, message, help } = busError('OPERATION_UNKNOWN', { name });
      const suggestion = suggestName(name, known);
      return {
        code,
        severity: 'error',
        path: `operations.${name}`,
        message,
        help,
        ...(suggestion ? { suggestion } : {}),
      };
    });
}

function unknownStatuses(operation: Operation, { operations }: ContractConfig): FindingInConfig[] {
  return Object.keys(operations?.[operation.id]?.answers ?? {})
    .filter((status) => !declaredFor(operation, Number(status)))
    .map((status) => {
      const known = [...operation.responses.keys()].join(', ');
      const values = {
        reason: `the contract names no answer ${status} of the operation ${operation.id}`,
        advice: `Choose one of its statuses: ${known}.`,
      };
      const { code, message, help } = busError('OPTION_INVALID', values);
      return { code, severity: 'error', path: `operations.${operation.id}.answers.${status}`, message, help };
    });
}
