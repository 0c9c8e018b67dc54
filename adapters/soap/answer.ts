/** What a SOAP caller is told of a message that was submitted: the answer, or a fault that says no more than its own words. */
import type { Submission } from '../../runtime/contracts/adapter.ts';
import type { BusError } from '../../runtime/contracts/errors.ts';
import { bytesOf, type Message } from '../../runtime/contracts/message.ts';
import { asBusError } from '../../runtime/errors/as-bus-error.ts';
import type { AnswerPackaging } from './attachments/answers.ts';
import { type AttachedPart, attach } from './attachments/attach.ts';
import { encodeRpc } from './encoded/encode.ts';
import type { Types } from './encoded/type-book.ts';
import { type BodyElement, emptyElement, NOTHING, nameOf, readRoot, type SoapVersion } from './envelope.ts';
import { blocksFrom } from './header-parts.ts';
import type { SoapOperation } from './service.ts';
import type { Fault } from './write-fault.ts';
import { decodeXml } from './xml-reader.ts';

export type Answer =
  | {
      readonly xml: string | undefined;
      /** Blocks, one after the other. */
      readonly header?: string;
      /** What goes beside the envelope. */
      readonly parts?: readonly AttachedPart[];
    }
  | { readonly fault: Fault };

/** What was called, and in which version of SOAP. */
export interface Called {
  readonly operation: SoapOperation;
  readonly version: SoapVersion;
  readonly types: Types;
  readonly packaging: AnswerPackaging;
}

const INLINE = { send: 'inline' } as const;

/** Never rejects. */
export async function answerTo(submission: Submission, called: Called, signal: AbortSignal): Promise<Answer> {
  const { operation } = called;
  const { messageId, outcome, error, response } = submission;
  if (outcome === 'suspended') return { fault: error ? faultOf(error, messageId) : kept(messageId) };
  if (!operation.output) return { xml: undefined };
  if (!response) return { xml: operation.empty?.output ? NOTHING : emptyElement(operation.output) };
  try {
    const answer = await unlessAborted(response, signal);
    const root = readRoot(decodeXml(await bytesOf(answer.parts[0]), answer.parts[0].contentType));
    if (operation.faults?.some((fault) => nameOf(fault) === nameOf(root))) return { fault: declared(answer, root) };
    const blocks = blocksFrom(answer.context, operation.headers?.output ?? [], operation.name);
    const [, ...parts] = answer.parts;
    // What is encoded is written anew, with all its content in it.
    const packaging = operation.encoded?.output ? INLINE : called.packaging;
    const attached = await attach(root.xml, parts, packaging);
    return { xml: encoded(attached.xml, called), header: blocks.join(''), parts: attached.parts };
  } catch (thrown) {
    return { fault: faultOf(asBusError(thrown, operation.name), messageId) };
  }
}

/** Nothing was kept: the caller should try again. */
export function faultForNothingKept(thrown: unknown): Fault {
  const error = asBusError(thrown, 'soap');
  const fault = faultOf(error, undefined);
  if (error.kind === 'message') return fault;
  return { ...fault, headers: { 'Retry-After': String(Math.ceil((error.retryAfter ?? PAUSE) / 1000)) } };
}

const PAUSE = 5000;

function faultOf(error: BusError, messageId: string | undefined): Fault {
  const { code, kind, fault: name } = error;
  const spoken = kind === 'message' || kind === 'transient';
  const reason = spoken ? error.message : 'The bus could not handle the message.';
  return { code: kind === 'message' ? 'Client' : 'Server', reason, detail: { code, name, messageId, reason } };
}

function kept(messageId: string): Fault {
  const reason = 'The message was kept; it waits for an operator.';
  return { code: 'Server', reason, detail: { code: 'SUSPENDED', messageId, reason } };
}

/** The answer is one of the faults that the WSDL declares for the operation. */
function declared({ context }: Message, { local, xml }: BodyElement): Fault {
  const reason = String(context.get('soap.faultstring')?.value ?? local);
  return { code: 'Server', reason, detail: xml };
}

function encoded(xml: string, { operation, version, types }: Called): string {
  if (operation.empty?.output) return NOTHING;
  const output = operation.encoded?.output;
  return output ? encodeRpc(xml, output, types, version) : xml;
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
