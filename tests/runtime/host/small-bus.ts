/** A whole bus in memory on a simulated clock, from the files of a small solution and stub transports. */
import { adapters } from '../../../adapters/index.ts';
import { createIds } from '../../../runtime/clock/identity.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { Clock, Random } from '../../../runtime/contracts/clock.ts';
import type { Deployment } from '../../../runtime/contracts/deployment.ts';
import type { BusEvent } from '../../../runtime/contracts/events.ts';
import type { DeliveryRecord } from '../../../runtime/contracts/inspection.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { createHost, type Host } from '../../../runtime/host/host.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import type { ListenerTls } from '../../../runtime/solution/bus-config.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { filesOf } from '../../../runtime/solution/definition.ts';
import { createStub, type Stub } from './stub-adapter.ts';

export interface SmallBus {
  readonly host: Host;
  readonly box: MessageBox;
  readonly clock: SimulatedClock;
  readonly stub: Stub;
  readonly events: readonly BusEvent[];
  suspended(): Promise<readonly DeliveryRecord[]>;
  /** Lets everything that is ready run, without moving time on. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export type Files = Readonly<Record<string, string>>;

export interface SmallBusOptions {
  readonly box?: MessageBox;
  readonly clock?: SimulatedClock;
  readonly stub?: Stub;
  /** Of the host; `main` unless said. */
  readonly name?: string;
  /** False for a host that takes what is deployed as it is. */
  readonly deploy?: boolean;
  /** Time may pass while it starts: it may have to wait for others. */
  readonly waits?: boolean;
  /** Its own box and clock, where they may fail it: by default those of the bus. */
  readonly hostBox?: MessageBox;
  readonly hostClock?: Clock;
  /** Environment variables, for secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the listener. */
  readonly tls?: ListenerTls;
  /** By default always the middle. */
  readonly random?: Random;
}

export async function startSmallBus(files: Files, given: SmallBusOptions = {}): Promise<SmallBus> {
  const clock = given.clock ?? createSimulatedClock(Date.UTC(2026, 5, 1, 8));
  const box = given.box ?? openMemory();
  const stub = given.stub ?? createStub();
  const events: BusEvent[] = [];
  const compile = (all: ReadonlyMap<string, string>) => compiled(all, stub, given.env);
  const host = createHost({
    name: given.name ?? 'main',
    deploy: given.deploy ?? true,
    deployment: compile(new Map(Object.entries({ ...base, ...files }))),
    box: given.hostBox ?? box,
    clock: given.hostClock ?? clock,
    newId: createIds(clock, createRandom()),
    random: given.random ?? (() => 0.5),
    http: { host: '127.0.0.1', port: 0, ...(given.tls ? { tls: given.tls } : {}) },
    emit: (event) => void events.push(event),
    recompile: async (definition) => compile(filesOf(definition)),
  });
  if (given.waits) await passing(clock, host.start());
  else await host.start();
  const settle = () => clock.advance(0);
  return {
    host,
    box,
    clock,
    stub,
    events,
    settle,
    suspended: () => box.inspection.deliveries({ state: 'suspended', limit: 100 }, clock.now()),
    stop: async () => {
      await passing(clock, host.stop());
      if (!given.box) await box.close();
    },
  };
}

function compiled(all: ReadonlyMap<string, string>, stub: Stub, env = {}): Deployment {
  const options = {
    adapters: [...adapters, stub.adapter, stub.once, stub.called],
    env,
    resolvePath: (path: string) => path,
  };
  const { deployment, findings } = compileSolution(all, options);
  if (!deployment) throw new Error(findings.map(({ at, message }) => `${at.file}:${at.line} ${message}`).join('\n'));
  return deployment;
}

/** What a bus of these files would run. */
export const compileStubbed = (files: Files): Deployment =>
  compiled(new Map(Object.entries({ ...base, ...files })), createStub());

/** Ids must differ from host to host, which chance sees to. */
let made = 0;
function createRandom(): () => number {
  made += 1;
  const part = (made % 1000) / 1000;
  return () => part;
}

/** Moves time on, if need be, until `work` is done. */
export async function passing<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  for (let turn = 0; turn < 100 && !done; turn += 1) await clock.advance(0);
  while (!done) await clock.advance(500);
  return work;
}

export const base: Files = {
  'config/bus.yaml': 'bus: small\norganisation: northmoor\nstore: memory\n',
  'schemas/parcel.message.yaml':
    'message: parcel\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind }\n',
  'schemas/parcel.schema.json': JSON.stringify({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, kind: { type: 'string' }, weight: { type: 'integer' } },
  }),
  'schemas/receipt.message.yaml':
    'message: receipt\nschema: receipt.schema.json\npromote: { receipt.number: number }\n',
  'schemas/receipt.schema.json': JSON.stringify({
    type: 'object',
    required: ['number'],
    properties: { number: { type: 'string' }, note: { type: 'string' } },
  }),
};

/** One way: `in/door` to the send port `out`. `port` adds lines to the send port. */
export function oneWay(port = ''): Files {
  return {
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
sendPorts:
  out:
    transport: stub
    pipeline: json-send
    filter: message.type == "parcel" && parcel.kind != "lost"
${port}`,
  };
}
