/**
 * The answer of a two-way send port: through the response pipeline, past the port's fault rules, and addressed to
 * whoever asked. An answer that is an error in the port's eyes is thrown, though the transport called it a success.
 */
import type { Incoming } from '../contracts/adapter.ts';
import type { BoundSendPort, FaultRule } from '../contracts/deployment.ts';
import { type Message, type Property, withProperties } from '../contracts/message.ts';
import type { PipelineContext } from '../contracts/pipeline.ts';
import { BUS } from '../contracts/properties.ts';
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
  for await (const message of runPipeline(port.responsePipeline, raw, context)) {
    if (port.faults.length > 0) judge((await load(message, context.schemas)).document, port);
    messages.push(message);
  }
  return messages;
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

/** The first fault rule that holds decides. */
function judge(response: unknown, port: BoundSendPort): void {
  const rule = port.faults.find(({ when }) => when.evaluate({ response }) === true);
  if (!rule) return;
  const reason = reasonFor(rule, response);
  const options = { fault: rule.error, detail: response, kind: rule.retry ? 'transient' : 'message' } as const;
  throw busError('ENDPOINT_FAULT', { endpoint: port.name, fault: rule.error, reason }, options);
}

function reasonFor(rule: FaultRule, response: unknown): string {
  return rule.reason === undefined
    ? `its answer says so (${rule.when.text})`
    : String(rule.reason.evaluate({ response }));
}
