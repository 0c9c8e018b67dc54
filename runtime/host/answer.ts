/** The answer of a two-way receive port: awaited before the request is committed, so that it cannot be missed. */
import type { BusError } from '../contracts/errors.ts';
import type { Message } from '../contracts/message.ts';
import type { Routed } from '../contracts/message-box.ts';
import { BUS } from '../contracts/properties.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { firstOfPipeline } from '../pipelines/run.ts';
import { load } from './documents.ts';
import type { IntakeOptions } from './intake.ts';
import { pipelineContext } from './pipeline-context.ts';
import type { Prepared } from './prepare.ts';

export interface ExpectedAnswers {
  /** The answer to a request that was committed; for a duplicate, the answer to the first of its kind. */
  take(routed: Routed): Promise<Message>;
  /** The commit failed. */
  forget(thrown: unknown): void;
}

export function createAnswering(options: IntakeOptions): { expect(prepared: readonly Prepared[]): ExpectedAnswers } {
  const { box, responses, port, deployment, location } = options;
  const timeout = port.response?.timeout ?? 0;

  async function onTheWire(answer: Message): Promise<Message> {
    if (answer.context.get(BUS.fault)?.value === true) throw await refusal(answer);
    const context = pipelineContext(deployment, options, [], new AbortController().signal);
    return (await firstOfPipeline(location.responsePipeline, answer, context)) ?? answer;
  }

  async function refusal(answer: Message): Promise<BusError> {
    const { document } = await load({ ...answer, type: undefined }, deployment.schemas);
    const told = JSON.parse(String(document)) as { reason?: string; fault?: string; detail?: unknown };
    const options = { detail: told.detail, ...(told.fault === undefined ? {} : { fault: told.fault }) };
    return busError('RESPONSE_REFUSED', { reason: told.reason ?? 'no reason was given' }, options);
  }

  async function firstOutcome(request: string): Promise<Message> {
    const arriving = quiet(responses.waitFor(request, timeout)); // It may end unheard, also when the store cannot be asked.
    const known = await box.inspection.responseTo(request);
    if (!known) return arriving;
    responses.forget(request, busError('RESPONSE_TIMEOUT', { message: request, timeout }));
    return known;
  }

  return {
    expect(prepared) {
      const ids = prepared.flatMap((entry) => (entry.ok ? entry.publications.map(({ message }) => message.id) : []));
      const arriving = new Map(ids.map((id) => [id, quiet(responses.waitFor(id, timeout))]));
      return {
        take: ({ message, duplicateOf }) => {
          if (duplicateOf === undefined) return quiet(arriving.get(message)!.then(onTheWire));
          responses.forget(message, busError('HOST_STOPPING'));
          return quiet(firstOutcome(duplicateOf).then(onTheWire));
        },
        forget: (thrown) => {
          for (const id of ids) responses.forget(id, asBusError(thrown, location.name));
        },
      };
    },
  };
}

/** An answer that nobody listens for must not count as an unhandled rejection. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
