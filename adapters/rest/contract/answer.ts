/**
 * Answers as a contract says them: the status, the media type and the schema. What breaks it is not given to the caller, who is told so,
 * and is kept for whoever looks into it.
 */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Submission } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { bytesOf, type Message } from '../../../runtime/contracts/message.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Operation, Response } from '../../../runtime/openapi/contract.ts';
import { type Answering, answerJson, type Manner, textFor } from '../answer.ts';
import { answerProblem, statusOf } from '../problem.ts';
import { type ContractConfig, STATUS } from './config.ts';
import { essenceOf, isJson, mediaFor } from './media.ts';
import { camelCase } from './to-message.ts';

const PROBLEM = 'application/problem+json';

/** What the contract says of an answer with this status; undefined where it says nothing. */
export function declaredFor({ responses }: Operation, status: number): Response | undefined {
  return responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`) ?? responses.get('default');
}

export function mannerOf(operation: Operation, config: ContractConfig): Manner {
  return {
    accepted: (answering, submission) => accepted(operation, answering, submission),
    give: (answering, submission, message) => give({ operation, config, answering, submission }, message),
    failed: (answering, submission, error) => failed({ operation, config, answering, submission }, error),
  };
}

/** At once, as soon as it is durable: with our own words only where the contract has room for them. */
function accepted(operation: Operation, { response, success }: Answering, { messageId, outcome }: Submission): void {
  const document = { messageId, status: outcome };
  const content = declaredFor(operation, success)?.content;
  const media = content && mediaFor('application/json', content);
  if (media && !media[1].schema?.check(document).length) answerJson(response, success, messageId, document);
  else response.writeHead(success, { ...noContent(success), 'Guildhall-Message-Id': messageId }).end();
}

/** 204 has no length, not even none. */
const noContent = (status: number) => (status === 204 ? {} : { 'Content-Length': 0 });

interface Given {
  readonly operation: Operation;
  readonly config: ContractConfig;
  readonly answering: Answering;
  readonly submission: Submission;
}

async function give(given: Given, message: Message): Promise<void> {
  const { operation, answering, submission } = given;
  const status = statusFor(given, message);
  const declared = typeof status === 'number' ? declaredFor(operation, status) : undefined;
  const bytes = await bytesOf(message.parts[0]);
  const reasons = typeof status === 'string' ? [status] : reasonsAgainst(message, bytes, declared);
  if (reasons.length > 0) return refuse(given, message, reasons);
  const empty = declared?.content.size === 0 || bytes.byteLength === 0;
  answering.response.writeHead(Number(status), {
    ...headersOf(message, declared),
    ...(empty
      ? noContent(Number(status))
      : { 'Content-Type': message.parts[0].contentType, 'Content-Length': bytes.byteLength }),
    'Guildhall-Message-Id': submission.messageId,
  });
  answering.response.end(empty ? undefined : bytes);
}

/** By its own word, by its type, or that of success; or what is wrong with it. */
function statusFor({ operation, config, answering }: Given, { context, type }: Message): number | string {
  const said = context.get(STATUS)?.value;
  if (said !== undefined) {
    const status = Number(said);
    const isStatus = Number.isInteger(status) && status >= 200 && status <= 599;
    if (!isStatus) return `its property ${STATUS} is ${JSON.stringify(said)}, which is no status`;
    return declaredFor(operation, status) ? status : `it has the status ${status}, which the contract does not name`;
  }
  const byType = Object.entries(config.operations?.[operation.id]?.answers ?? {}).find(([, each]) => each === type);
  return byType ? Number(byType[0]) : answering.success;
}

function reasonsAgainst(message: Message, bytes: Uint8Array, declared: Response | undefined): string[] {
  if (!declared || declared.content.size === 0) return [];
  const { contentType } = message.parts[0];
  const media = mediaFor(contentType, declared.content);
  if (!media) return [`it is ${essenceOf(contentType)}, not ${[...declared.content.keys()].join(' or ')}`];
  const { schema } = media[1];
  if (!schema || !isJson(essenceOf(contentType))) return [];
  try {
    const violations = schema.check(JSON.parse(Buffer.from(bytes).toString()));
    return violations.slice(0, 10).map(({ path, message: reason }) => `${path || '/'} ${reason}`);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return ['it is no JSON'];
    if (thrown instanceof RangeError) return ['it is nested too deep'];
    throw thrown;
  }
}

/** Properties of the answer that are called as headers of the contract are. */
function headersOf({ context }: Message, declared: Response | undefined): Record<string, string> {
  const found = (declared?.headers ?? []).flatMap((name) => {
    const value = context.get(`rest.header.${camelCase(name)}`)?.value;
    return value === undefined || !/^[\x20-\x7e\xa0-\xff]*$/.test(String(value))
      ? []
      : [[name, String(value)] as const];
  });
  return Object.fromEntries(found.filter(([name]) => !/^content-|^transfer-encoding$/i.test(name)));
}

/** The caller learns that it is not to blame, and no more. */
async function refuse(
  { operation, answering, submission }: Given,
  message: Message,
  reasons: readonly string[],
): Promise<void> {
  const { response, path } = answering;
  const { messageId } = submission;
  const error = busError('CONTRACT_VIOLATION', {
    what: 'The answer',
    operation: operation.id,
    reasons: reasons.join('; '),
  });
  await submission.keepAnswer?.(message, error);
  const detail = 'The answer breaks the contract; it was kept, and waits for an operator.';
  answerProblem(response, { status: 502, code: error.code, detail, instance: path, messageId });
}

function failed({ operation, config, answering, submission }: Given, error: BusError): void {
  const { response, path } = answering;
  const { messageId } = submission;
  if (error.code !== 'RESPONSE_REFUSED') {
    const { status, headers } = error.kind === 'transient' ? statusOf(error, 503) : { status: 502, headers: {} };
    answerProblem(response, { status, code: error.code, detail: textFor(error), instance: path, messageId, headers });
    return;
  }
  const status = statusOfFault(error.fault, operation, config);
  const own = ownWords(error.detail, declaredFor(operation, status));
  if (own === undefined) {
    answerProblem(response, {
      status,
      code: error.code,
      detail: textFor(error),
      instance: path,
      messageId,
      fault: error.fault,
    });
  } else answerOwn(response, status, messageId, own);
}

/** A fault that is called as a status is, as NotFound or not-found, is meant so where the contract has that status. */
function statusOfFault(fault: string | undefined, operation: Operation, { faults = {} }: ContractConfig): number {
  if (fault === undefined) return 422;
  if (Object.hasOwn(faults, fault)) return faults[fault]!;
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const named = Object.entries(STATUS_CODES).find(
    ([status, text]) => Number(status) >= 400 && plain(text!) === plain(fault),
  );
  const status = Number(named?.[0] ?? 422);
  return operation.responses.has(String(status)) || operation.responses.has('default') ? status : 422;
}

interface Own {
  readonly type: string;
  readonly text: string;
}

/** What the process says in detail, where the contract has a form for it and it has that form. */
function ownWords(detail: unknown, declared: Response | undefined): Own | undefined {
  if (typeof detail !== 'object' || detail === null || !declared || declared.content.has(PROBLEM)) return undefined;
  const media = [...declared.content].find(([type]) => isJson(essenceOf(type)));
  if (!media || media[1].schema?.check(detail).length) return undefined;
  return { type: media[0], text: JSON.stringify(detail) };
}

function answerOwn(response: ServerResponse, status: number, messageId: string, { type, text }: Own): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Guildhall-Message-Id': messageId,
  });
  response.end(bytes);
}
