/** Sends one message by a send port as the bus would, but once, and with nothing stored: what an integrator tries a new port with. */
import type { HttpListener } from '../contracts/adapter.ts';
import type { BoundSendPort, Deployment } from '../contracts/deployment.ts';
import type { Message } from '../contracts/message.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { contextFor } from './adapter-context.ts';
import { withDeadline } from './deadline.ts';
import { destinationOf } from './destination.ts';
import { guardedLookup } from './guarded-lookup.ts';
import type { HostOptions } from './host-options.ts';
import { openSender } from './open-sender.ts';
import { createOutgoing } from './outgoing.ts';
import { isDone, judgeFailure, readAnswer } from './read-answer.ts';
import { createSteps, type TrialStep, toldMessage } from './trial.ts';
import { typedDetail } from './typed-detail.ts';

export interface SendTrial {
  readonly deployment: Deployment;
  readonly port: BoundSendPort;
  /** With its type and its promoted properties, as the MessageBox would have it. */
  readonly message: Message;
  /** Everything but the sending. */
  readonly dry: boolean;
  readonly options: Pick<HostOptions, 'clock' | 'newId' | 'emit'>;
  readonly tell: (step: TrialStep) => void;
  readonly signal: AbortSignal;
}

/** True when all of it went well. Never rejects. */
export async function trySend({ deployment, port, message, dry, options, tell, signal }: SendTrial): Promise<boolean> {
  const step = createSteps(port.name, options.clock, tell);
  const outgoing = createOutgoing(port, deployment, options);
  const map = message.type === undefined ? undefined : port.maps.get(message.type);

  const mapped = map
    ? await step(
        'map',
        () => outgoing.map(message),
        (made) => toldMessage(made, String(made.type)),
      )
    : message;
  if (!mapped) return false;
  const steps = port.pipeline.steps.map(({ component }) => component.name).join(', ') || 'nothing to do';
  const ready = await step(
    'pipeline',
    () => outgoing.assemble(mapped, signal),
    (made) => toldMessage(made, steps),
  );
  if (!ready) return false;
  if (dry) return true;
  const sent = await step(
    'send',
    () => send(ready),
    async ({ answer }) => ({
      detail: answer ? 'the far end took it, and answered' : 'the far end took it',
    }),
  );
  if (!sent) return false;
  const { answer } = sent;
  if (!answer || port.responses.length === 0) return true;
  const read = await step(
    'answer',
    () => readAnswer(answer, message, port, outgoing.context(signal)),
    async ([first]) =>
      first ? toldMessage(first, first.type ?? 'without a type') : { detail: 'the pipeline left nothing of it' },
  );
  return read !== undefined;

  async function send(outbound: Message) {
    const context = contextFor(options, deployment, noListener, port.name, port.responses.length > 0);
    const to = port.dynamic && destinationOf(port, port.dynamic, message);
    const guard = to?.guarded ? { lookup: guardedLookup(port.name) } : {};
    const sender = openSender(port, to?.config ?? port.config, { ...context, ...guard });
    const late = () => busError('ENDPOINT_TIMEOUT', { endpoint: port.name, timeout: port.timeout });
    try {
      const call = (inner: AbortSignal) => sender.send(outbound, inner);
      return { answer: await withDeadline(options.clock, port.timeout, signal, late, call) };
    } catch (thrown) {
      const error = typedDetail(asBusError(thrown, port.name), deployment.schemas);
      if (isDone(error, port)) return { answer: undefined };
      throw judgeFailure(error, port);
    } finally {
      await sender.close();
    }
  }
}

/** Send ports listen to nobody. */
const noListener: HttpListener = {
  address: '',
  mount: (path) => {
    throw busError('HTTP_LISTEN', { address: path, reason: 'a send port serves nothing' });
  },
};
