/** What is wrong with a contract that a port calls by, or with what its options say of it. Pure. */
import type { CalledContract } from '../../../runtime/contracts/adapter.ts';
import type { Finding, FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { finding } from '../../../runtime/errors/finding.ts';
import { suggestName } from '../../../runtime/errors/suggest-name.ts';
import type { Contract, Operation } from '../../../runtime/openapi/contract.ts';
import { ContractProblem } from '../../../runtime/openapi/documents.ts';
import { responseTypeOf } from '../../../runtime/openapi/kebab.ts';
import { keptContract } from '../../../runtime/openapi/kept-contract.ts';
import type { Parameter } from '../../../runtime/openapi/parameter.ts';
import { problemsOf } from '../../../runtime/openapi/problems.ts';
import { serverOf } from '../../../runtime/openapi/server-address.ts';
import { OPERATION } from '../contract/config.ts';
import { camelCase } from '../contract/to-message.ts';
import type { CallConfig } from './config.ts';
import { unprovenSecurity } from './security.ts';

type Found = FindingInConfig | Finding;

/** Nothing where the document is not there, of which is told otherwise. */
export function calledContract(config: CallConfig, read: (path: string) => string | undefined): CalledContract {
  const unread = { property: OPERATION, operations: [], findings: [] };
  if (read(config.openapi.replace(/^\.\//, '')) === undefined) return unread;
  try {
    const contract = keptContract(config.openapi, read);
    const operations = contract.operations.map(({ id }) => ({
      name: id,
      response: config.operations?.[id]?.response ?? responseTypeOf(id),
    }));
    return { property: OPERATION, operations, findings: findingsOf(contract, config) };
  } catch (thrown) {
    if (!(thrown instanceof ContractProblem)) throw thrown;
    const at = { file: thrown.place.file, line: 1, column: 1, path: thrown.place.keys.join('.') };
    return { ...unread, findings: [finding('CONTRACT_INVALID', at, { reason: thrown.message })] };
  }
}

function findingsOf(contract: Contract, config: CallConfig): readonly Found[] {
  const called =
    config.operation === undefined
      ? contract.operations
      : contract.operations.filter(({ id }) => id === config.operation);
  return [
    ...problemsOf(contract, called).map((problem) => placed(problem, contract)),
    ...unknownNames(contract, config),
    ...unknownParameters(contract.operations, config),
    ...ungiven(called, config),
    ...unprovenSecurity(called, config),
    ...(config.url === undefined && serverOf(contract.documents.root) === undefined
      ? [invalid('openapi', 'it names no whole address of a server', 'Add `url`.')]
      : []),
  ];
}

function placed({ place, message: reason }: ContractProblem, { documents }: Contract): Finding {
  const at = { file: place.file, ...documents.locate(place), path: place.keys.join('.') };
  return finding('CONTRACT_INVALID', at, { reason });
}

function unknownNames({ operations }: Contract, { operation, operations: own = {} }: CallConfig): FindingInConfig[] {
  const known = operations.map(({ id }) => id);
  const written: [string, string][] = [
    ...(operation === undefined ? [] : [['operation', operation] as [string, string]]),
    ...Object.keys(own).map((name): [string, string] => [`operations.${name}`, name]),
  ];
  return written
    .filter(([, name]) => !known.includes(name))
    .map(([path, name]) => ({
      ...told('OPERATION_UNKNOWN', { name }),
      severity: 'error',
      path,
      ...suggested(name, known),
    }));
}

function unknownParameters(
  operations: readonly Operation[],
  { parameters = {}, operation }: CallConfig,
): FindingInConfig[] {
  const those = operation === undefined ? operations : operations.filter(({ id }) => id === operation);
  if (those.length === 0) return [];
  const known = new Set(
    those.flatMap(({ parameters: all }) => all.flatMap((each) => [each.name, `${each.in}.${each.name}`])),
  );
  return Object.keys(parameters)
    .filter((name) => !known.has(name))
    .map((name) => ({
      ...invalid(
        `parameters.${name}`,
        `no operation that is called has a parameter ${name}`,
        'Write it as the contract has it.',
      ),
      ...suggested(name, known),
    }));
}

/** Headers and cookies are no fields of the message. */
function ungiven(operations: readonly Operation[], { parameters = {}, headers = {} }: CallConfig): FindingInConfig[] {
  const written = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const isGiven = ({ name, in: place }: Parameter) =>
    Object.hasOwn(parameters, name) ||
    Object.hasOwn(parameters, `${place}.${name}`) ||
    (place === 'header' && (written.has(name.toLowerCase()) || name.toLowerCase() === 'idempotency-key'));
  const found = new Map<string, FindingInConfig>();
  for (const { id, parameters: all } of operations) {
    for (const parameter of all) {
      const { name, in: place, required } = parameter;
      if (!required || place === 'path' || place === 'query' || isGiven(parameter)) continue;
      const property = `rest.${place}.${camelCase(name)}`;
      const values = { operation: id, parameter: `${name} (${place})`, property };
      found.set(`${place}.${name}`, { ...told('PARAMETER_UNGIVEN', values), severity: 'warning', path: 'openapi' });
    }
  }
  return [...found.values()];
}

function suggested(name: string, known: Iterable<string>): { readonly suggestion?: string } {
  const suggestion = suggestName(name, known);
  return suggestion === undefined ? {} : { suggestion };
}

function told(code: 'OPERATION_UNKNOWN' | 'PARAMETER_UNGIVEN', values: Readonly<Record<string, string>>) {
  const { message, help } = busError(code, values);
  return { code, message, help };
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
