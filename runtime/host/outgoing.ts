/** What a send port makes of a message before its adapter gets it: the outbound map of its type, then the send pipeline. */
import type { BoundSendPort, Deployment } from '../contracts/deployment.ts';
import { type Message, withProperties } from '../contracts/message.ts';
import type { PipelineContext } from '../contracts/pipeline.ts';
import { BUS } from '../contracts/properties.ts';
import { firstOfPipeline } from '../pipelines/run.ts';
import { carried, load, textOf, write } from './documents.ts';
import { type PipelineHost, pipelineContext } from './pipeline-context.ts';

export interface Outgoing {
  /** By the map for its type; a message of another type passes as it is. */
  map(message: Message): Promise<Message>;
  /** Through the pipeline, with the idempotency key that all its attempts have. */
  assemble(message: Message, signal: AbortSignal): Promise<Message>;
  /** Of the send pipeline and of that for the answer. */
  context(signal: AbortSignal): PipelineContext;
}

export function createOutgoing(port: BoundSendPort, deployment: Deployment, host: PipelineHost): Outgoing {
  const { schemas } = deployment;
  const context = (signal: AbortSignal) => pipelineContext(deployment, host, port.responses, signal);

  async function map(message: Message): Promise<Message> {
    const program = message.type === undefined ? undefined : port.maps.get(message.type);
    if (!program) return message;
    const { document } = await load(message, schemas);
    const draft = { ...message, document: program.transform([document]), attached: message.parts.slice(1) };
    return write(draft, schemas.find(program.target)!);
  }

  async function assemble(message: Message, signal: AbortSignal): Promise<Message> {
    const key = carried(textOf(message.context, BUS.idempotencyKey) ?? `${message.id}@${port.name}`);
    const ready = { ...message, context: withProperties(message.context, [[BUS.idempotencyKey, key]]) };
    return (await firstOfPipeline(port.pipeline, ready, context(signal))) ?? ready;
  }

  return { map, assemble, context };
}
