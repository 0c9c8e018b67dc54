/**
 * Calls the operations of an OpenAPI contract. Promises: a request that breaks the contract is never sent, and is no matter of trying
 * again; an answer that a port waits for is checked; errors that the contract declares have a name to catch them by.
 */
import { readFileSync } from 'node:fs';
import type { Dispatcher } from 'undici';
import type { AdapterContext, Incoming, SendPort } from '../../../runtime/contracts/adapter.ts';
import { type Message, withProperties } from '../../../runtime/contracts/message.ts';
import { BUS } from '../../../runtime/contracts/properties.ts';
import { isBusError, reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { networkFailure } from '../../../runtime/errors/network-failure.ts';
import type { Contract, Operation } from '../../../runtime/openapi/contract.ts';
import { keptContract } from '../../../runtime/openapi/kept-contract.ts';
import { serverOf } from '../../../runtime/openapi/server-address.ts';
import type { Answer } from '../../shared/client/exchange.ts';
import { mayBeUnchanged } from '../conditions.ts';
import { OPERATION } from '../contract/config.ts';
import { LONGEST_TOLD } from '../read-answer.ts';
import { compileFixed, headersFor } from '../request-headers.ts';
import { createRequester } from '../requester.ts';
import { SEND_DEFAULTS } from '../send.ts';
import { chooserOf } from './choose-operation.ts';
import type { CallConfig } from './config.ts';
import { type Given, givenFor, type ParameterValue, valuesFor } from './parameter-values.ts';
import { failureOf, readSuccess } from './read-response.ts';
import { contentOf } from './request-content.ts';
import { isProblems, writeContent } from './write-content.ts';
import { writeHeader, writePairs, writePath } from './write-parameter.ts';

/** An answer that nobody waits for is read to its end, so that the connection can be used again; a longer one (bytes) is not. */
const LONGEST_IGNORED = 128 * 1024;

interface Call {
  readonly operation: Operation;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: () => Dispatcher.RequestOptions['body'];
}

/** Reads the contract from disk. Throws BusError ADAPTER_CONFIG where it cannot be used. */
export function createCallPort(config: CallConfig, context: AdapterContext): SendPort {
  const contract = openContract(config, context);
  const { origin, base } = addressOf(config, contract, context);
  const maxAnswerBytes = config.maxAnswerBytes ?? SEND_DEFAULTS.maxAnswerBytes;
  const endpoint = origin + base;
  const choose = chooserOf(contract.operations, config, endpoint);
  const fixed = compileFixed(config, context);
  const given = new Map<Operation, Given>(
    contract.operations.map((operation) => [operation, givenFor(operation, config.parameters, context)]),
  );
  const requester = createRequester(origin, config, context);

  async function callFor(message: Message): Promise<Call> {
    const operation = choose(message);
    const own = given.get(operation)!;
    const { fields, body } = await contentOf(message, operation, new Set(own.keys()));
    const { values, problems } = valuesFor(operation, own, fields, message);
    const sources = { endpoint, boundary: () => `bus-${context.newId()}` };
    const written = operation.body && (await writeContent(operation.body, body, message, sources));
    const wrong = [...problems, ...(isProblems(written) ? written : [])];
    if (wrong.length > 0) throw violation(operation, wrong);
    const headers = { ...headersFor(fixed, message, endpoint), ...headersOf(operation, values) };
    const key = message.context.get(BUS.idempotencyKey)?.value;
    if (key !== undefined) headers['idempotency-key'] ??= String(key);
    const path = base + pathOf(operation, values) + queryOf(values, fixed.query);
    if (!written || isProblems(written)) return { operation, path, headers };
    headers['content-type'] = written.contentType;
    if (written.size !== undefined) headers['content-length'] = String(written.size);
    return { operation, path, headers, body: written.open as unknown as NonNullable<Call['body']> };
  }

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const call = await callFor(message);
    const { operation, path, headers, body } = call;
    const keep = (status: number) =>
      !isSuccess(status) ? LONGEST_TOLD : context.twoWay ? maxAnswerBytes : LONGEST_IGNORED;
    try {
      const method = operation.method as Dispatcher.HttpMethod;
      return accepted(await requester.ask({ method, path, headers, ...(body ? { body } : {}) }, signal, keep), call);
    } catch (thrown) {
      signal.throwIfAborted();
      throw isBusError(thrown) ? thrown : networkFailure(endpoint, thrown);
    }
  }

  function accepted(answer: Answer, { operation, path, headers }: Call): Incoming | undefined {
    const sources = { ...config, maxAnswerBytes, operation, endpoint: origin + path, now: context.clock.now() };
    if (!isSuccess(answer.status) && !(answer.status === 304 && mayBeUnchanged(headers)))
      throw failureOf(answer, { ...sources, endpoint: `${endpoint} ${operation.id}` });
    if (!context.twoWay) return undefined;
    const read = readSuccess(answer, sources);
    return { ...read, context: withProperties(read.context, [[OPERATION, { value: operation.id, promoted: false }]]) };
  }

  return { send, close: requester.close };
}

const isSuccess = (status: number) => status >= 200 && status <= 299;

function violation({ id }: Operation, reasons: readonly string[]) {
  const [what, operation] = ['The message', id];
  return busError('CONTRACT_VIOLATION', { what, operation, reasons: reasons.slice(0, TOLD).join('; ') });
}

const TOLD = 10;

function openContract({ openapi, operation }: CallConfig, { name, resolvePath }: AdapterContext): Contract {
  let contract: Contract;
  try {
    contract = keptContract(openapi, (path) => readText(resolvePath(path)));
  } catch (thrown) {
    const reason = `${openapi} cannot be used: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name, reason }, { cause: thrown });
  }
  if (operation === undefined || contract.operations.some(({ id }) => id === operation)) return contract;
  throw busError('ADAPTER_CONFIG', { name, reason: `${openapi} has no operation ${operation}` });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (thrown) {
    if (Error.isError(thrown) && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function addressOf({ url, openapi }: CallConfig, { documents }: Contract, { name }: AdapterContext) {
  const address = url ?? serverOf(documents.root);
  if (address === undefined)
    throw busError('ADAPTER_CONFIG', {
      name,
      reason: `${openapi} names no whole address of a server, and there is no url`,
    });
  const { origin, pathname } = new URL(address);
  return { origin, base: pathname.replace(/\/+$/, '') };
}

function pathOf({ path }: Operation, values: readonly ParameterValue[]): string {
  const inPath = new Map(
    values
      .filter(({ parameter }) => parameter.in === 'path')
      .map(({ parameter, value }) => [parameter.name, writePath(parameter, value)]),
  );
  // A literal keeps what it has escaped already.
  return path
    .split(/\{([^{}]*)\}/)
    .map((piece, index) => (index % 2 === 1 ? inPath.get(piece)! : piece.replace(/[^\x21-\x7e]+/g, encodeURIComponent)))
    .join('');
}

/** `fixed`: of what proves who we are. */
function queryOf(values: readonly ParameterValue[], fixed: string | undefined): string {
  const pairs = values
    .filter(({ parameter }) => parameter.in === 'query')
    .flatMap(({ parameter, value }) => writePairs(parameter, value))
    .map(([name, value]) => `${name}=${value}`);
  const all = [...pairs, ...(fixed === undefined ? [] : [fixed])];
  return all.length === 0 ? '' : `?${all.join('&')}`;
}

/** Names in lower case. Throws BusError CONTRACT_VIOLATION for a text that cannot stand in a header. */
function headersOf(operation: Operation, values: readonly ParameterValue[]): Record<string, string> {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (const { parameter, value } of values) {
    if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = writeHeader(parameter, value);
    if (parameter.in === 'cookie')
      cookies.push(...writePairs(parameter, value).map(([name, text]) => `${name}=${text}`));
  }
  if (cookies.length > 0) headers['cookie'] = cookies.join('; ');
  for (const [name, text] of Object.entries(headers)) {
    if (!/^[\x20-\x7e\xa0-\xff]*$/.test(text))
      throw violation(operation, [`what stands in the header ${name} is no text for a header`]);
  }
  return headers;
}
