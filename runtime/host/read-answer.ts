/**
 * The answer of a two-way send port: through the response pipeline, past the port's fault rules, and addressed to
 * whoever asked. An answer that is an error in the port's eyes is thrown, though the transport called it a success.
 */
import type { Incoming } from '../contracts/adapter.ts';
import type { BoundSendPort, FaultRule } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import { type Message, type Property, withProperties } from '../contracts/message.ts';
import type { PipelineContext } from '../contracts/pipeline.ts';
import { BUS } from '../contracts/properties.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { runPipeline } from '../pipelines/run.ts';
import { load, promoted } from './documents.ts';
import { requestOf } from './give-up.ts';

export async function readAnswer(
  answer: Incoming,
  request: Message,
  port: BoundSendPort,
  context: PipelineContext,
): Promise<readonly Message[]> {
  const raw: Message = {
    id: context.newId(),
    interchange: request.interchange,
    type: undefined,
    parts: answer.parts,
    context: withProperties(answer.context, addressing(request, port)),
  };
  const messages: Message[] = [];
  for await (const message of runPipeline(port.responsePipeline, raw, {
    ...context,
    expected: expectedOf(port, answer),
  })) {
    if (port.faults.length > 0) judge((await load(message, context.schemas)).document, port);
    messages.push(message);
  }
  return messages;
}

function expectedOf({ responses, responsesBy }: BoundSendPort, { context }: Incoming): readonly string[] {
  const told = responsesBy && context.get(responsesBy.property)?.value;
  return (told === undefined ? undefined : responsesBy?.types.get(String(told))) ?? responses;
}

function addressing(request: Message, port: BoundSendPort): [string, Property][] {
  const organisation = request.context.get(BUS.organisation);
  return [
    [BUS.responseTo, promoted(requestOf(request))],
    [BUS.receivePort, promoted(port.name)],
    [BUS.transport, promoted(port.adapter.name)],
    ...(organisation ? [[BUS.organisation, organisation] as [string, Property]] : []),
  ];
}

/** The first rule that fits decides. */
function judge(response: unknown, port: BoundSendPort): void {
  const rule = ruleFor(port.faults, { response });
  if (rule) throw faultBy(rule, port, { response }, `its answer says so (${rule.when.text})`, response);
}

/**
 * What went wrong, as the port's rules call it; as it was where none fits. A rule that fails itself hides nothing.
 */
export function judgeFailure(error: BusError, port: BoundSendPort): BusError {
  if (!port.failures) return error;
  const scope = failureScope(error);
  try {
    const rule = ruleFor(port.failures, scope);
    return rule ? faultBy(rule, port, scope, error.message.replace(/\.$/, ''), error.detail ?? {}) : error;
  } catch (thrown) {
    if (isBusError(thrown)) return error;
    throw thrown;
  }
}

/** By the port's rules the far end has done the work, whatever it says. */
export function isDone(error: BusError, port: BoundSendPort): boolean {
  if (!port.failures?.some(({ done }) => done)) return false;
  try {
    return ruleFor(port.failures, failureScope(error))?.done === true;
  } catch (thrown) {
    if (isBusError(thrown)) return false;
    throw thrown;
  }
}

function failureScope({ fault, code, message: reason, detail = {} }: BusError): Scope {
  return { error: { name: fault ?? code, code, reason, detail } };
}

type Scope = Readonly<Record<string, unknown>>;

const ruleFor = (rules: readonly FaultRule[], scope: Scope) =>
  rules.find(({ when, means }) => when.evaluate(scope) === means);

function faultBy(rule: FaultRule, port: BoundSendPort, scope: Scope, standard: string, detail: unknown): BusError {
  const reason = rule.reason === undefined ? standard : String(rule.reason.evaluate(scope));
  const retry = typeof rule.retry === 'boolean' ? rule.retry : rule.retry.evaluate(scope) === true;
  const options = { fault: rule.error, detail, kind: retry ? 'transient' : 'message' } as const;
  return busError('ENDPOINT_FAULT', { endpoint: port.name, fault: rule.error, reason }, options);
}
