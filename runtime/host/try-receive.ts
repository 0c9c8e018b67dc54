/**
 * Fetches one message by a receive location as the bus would, shows what it would publish and who would take it, and leaves it where it
 * is: the source is told that nothing was kept.
 */
import type { AdapterContext, Incoming, Submit } from '../contracts/adapter.ts';
import type { BoundLocation, BoundReceivePort, Deployment } from '../contracts/deployment.ts';
import type { Message, Property } from '../contracts/message.ts';
import { withProperties } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import { explain } from '../message-box/explain.ts';
import { contextFor } from './adapter-context.ts';
import { withDeadline } from './deadline.ts';
import { promoted } from './documents.ts';
import type { HostOptions } from './host-options.ts';
import { createHttpListener } from './http-listener.ts';
import { inTime, STOP } from './in-time.ts';
import { listenerTls } from './listener-tls.ts';
import { type PreparedRecords, prepare } from './prepare.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { createSteps, type Step, type Told, type TrialStep, toldMessage } from './trial.ts';

export interface ReceiveTrial {
  readonly deployment: Deployment;
  readonly port: BoundReceivePort;
  readonly location: BoundLocation;
  /** How long (ms) to wait for something to come. */
  readonly wait: number;
  readonly options: Pick<HostOptions, 'clock' | 'newId' | 'emit' | 'http'>;
  readonly tell: (step: TrialStep) => void;
  readonly signal: AbortSignal;
}

/** True when something came and would go on. Never rejects. */
export async function tryReceive(trial: ReceiveTrial): Promise<boolean> {
  const { port, location, options, tell } = trial;
  const name = `${port.name}/${location.name}`;
  const step = createSteps(name, options.clock, tell);
  const fetching = fetchFirst(trial, name);
  try {
    const raw = await step(
      'receive',
      () => fetching.first,
      (message) => toldMessage(message, 'it came, and stays where it is'),
    );
    return raw !== undefined && (await goOn(raw, trial, step));
  } finally {
    await fetching.end();
  }
}

/** As the bus would go on with it, up to who takes it. */
async function goOn(raw: Message, { deployment, port, location, options, tell, signal }: ReceiveTrial, step: Step) {
  const { newId, clock, emit } = options;
  const origin = { deployment, port, location, newId, clock, emit };
  const prepared = async () => {
    const outcome = await prepare({ raw, key: undefined, recoverable: true }, origin, signal);
    if (!outcome.ok) throw outcome.error;
    if (outcome.publications.length === 0 && outcome.error) throw outcome.error;
    return outcome;
  };
  const records = await step('pipeline', prepared, async (found) => ({ detail: summary(found) }));
  const first = records?.publications[0]?.message;
  if (!records || !first) return false;
  const tellMessage = (message: Message) => toldMessage(message, message.type ?? 'without a type');
  await step('message', async () => first, tellMessage);
  const routed = explain(subscriptionsOf(deployment), first.context);
  tell({ step: 'routing', ok: routed.matched.length > 0, ms: 0, ...toldRouting(routed) });
  return routed.matched.length > 0 && records.suspensions.length === 0;
}

function summary({ publications, suspensions, error }: PreparedRecords): string {
  const count = `${publications.length} message${publications.length === 1 ? '' : 's'}`;
  if (!error) return count;
  return `${count}; ${suspensions.length} would be suspended, the first: ${error.code} ${error.message}`;
}

function toldRouting({ matched, nearest }: ReturnType<typeof explain>): Told {
  if (matched.length > 0) return { detail: `it would go to ${matched.map(({ subscriber }) => subscriber).join(', ')}` };
  const near = nearest[0];
  const missed = near?.failed.map(({ condition: { property, op, value }, actual }) => {
    return `${property} ${op} ${JSON.stringify(value)}, but it is ${JSON.stringify(actual) ?? 'not there'}`;
  });
  const hint = near ? ` The nearest is ${near.subscription.subscriber}, which wants ${missed?.join(' and ')}.` : '';
  return { detail: `NO_SUBSCRIBER nobody would take it.${hint}` };
}

interface Fetching {
  /** Rejects with what the location fails with, or with TRIAL_NOTHING_CAME. */
  readonly first: Promise<Message>;
  /** The source learns that nothing was kept; resolves when nothing of it runs any more. Until then the message can be read. */
  end(): Promise<void>;
}

function fetchFirst(trial: ReceiveTrial, name: string): Fetching {
  const { deployment, port, location, wait, options, signal } = trial;
  const came = Promise.withResolvers<Message>();
  const seen = Promise.withResolvers<void>();
  const submit: Submit = async ([first]) => {
    if (first) came.resolve(toMessage(first, trial));
    await seen.promise;
    throw busError('TRIAL_ONLY');
  };
  const { host, port: number, tls } = options.http;
  const secured = tls && (() => listenerTls(tls, deployment));
  const listener = createHttpListener(`${host}:${number}`, options.clock, { grace: 1000 }, secured);
  const http: AdapterContext['http'] = {
    get address() {
      return listener.address;
    },
    mount: (...served) => {
      const unmount = listener.mount(...served);
      listener.start().catch(came.reject);
      return unmount;
    },
  };
  const context = contextFor(options, deployment, http, name, port.response !== undefined);
  const stopping = new AbortController();
  const run = async () => location.adapter.receive!(location.config, context).run(submit, stopping.signal);
  const running = run();
  running.catch(came.reject);
  const nothing = () => busError('TRIAL_NOTHING_CAME', { wait });
  return {
    first: withDeadline(options.clock, wait, signal, nothing, () => came.promise),
    async end() {
      seen.resolve();
      stopping.abort(new Error('The trial is over.'));
      const ending = running.catch(() => {}); // What it fails with now comes of the trial.
      await inTime(ending, { clock: options.clock, emit: options.emit, name, call: 'run', within: STOP });
      await listener.stop();
    },
  };
}

function toMessage(incoming: Incoming, { deployment, port, location, options }: ReceiveTrial): Message {
  const id = options.newId();
  const origin: [string, Property][] = [
    [BUS.receivePort, promoted(port.name)],
    [BUS.receiveLocation, promoted(location.name)],
    [BUS.transport, promoted(location.adapter.name)],
    [BUS.organisation, promoted(deployment.organisation)],
  ];
  return {
    id,
    interchange: id,
    type: undefined,
    parts: incoming.parts,
    context: withProperties(incoming.context, origin),
  };
}
