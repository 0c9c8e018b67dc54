/** Random sequences of work on a MessageBox, each answer compared with that of a model simple enough to be read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '../../runtime/clock/system.ts';
import type { MessageBox, Operation, Settlement } from '../../runtime/contracts/message-box.ts';
import type { Instance } from '../../runtime/contracts/orchestration.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { migratePostgres, openPostgres } from '../../runtime/message-box/postgres.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';
import {
  addressed,
  awaited,
  instanceOf,
  MINUTE,
  mailFor,
  messageOf,
  NOW,
  subjectOf,
} from '../../runtime/testing/message-box/bench.ts';
import { fc } from '../properties.ts';
import { freshDatabase } from '../servers/postgres.ts';
import { createModel, type Model, POLICIES } from './message-box-model.ts';

/** `s`, `k` and `p` take theirs in order: see POLICIES. */
type Subscriber = 'a' | 'b' | 's' | 'k' | 'p';

type Step =
  | { kind: 'mail'; to: Subscriber; key: string; priority: number }
  | { kind: 'mail-instance'; instance: number }
  | { kind: 'timer'; instance: number; after: number }
  | { kind: 'claim'; subscriber: Subscriber | 'o'; limit: number }
  | { kind: 'settle'; lease: number; as: 'done' | 'retry' | 'suspend' | 'release' }
  | { kind: 'stop' | 'start'; subscriber: Subscriber }
  | { kind: 'pass'; ms: number }
  | { kind: 'resume' | 'terminate'; delivery: number }
  | { kind: 'step'; instance: number; status: Instance['status'] }
  | { kind: 'resume-instance' | 'terminate-instance'; instance: number };

const which = fc.nat(1);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('mail'),
      to: fc.constantFrom('a', 'b', 's', 'k', 'p'),
      key: fc.constantFrom('x', 'x', 'y'),
      priority: fc.constantFrom(0, 0, 1, 10),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('mail-instance'), instance: which }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('timer'), instance: which, after: fc.constantFrom(0, 1000, 90_000) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('claim'),
      subscriber: fc.constantFrom('a', 'b', 's', 'k', 'p', 'o', 'o'),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('settle'),
      lease: fc.nat(5),
      as: fc.constantFrom('done', 'done', 'retry', 'suspend', 'suspend', 'release'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(1, 1000, MINUTE, 15 * MINUTE) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('stop', 'start', 'start'),
      subscriber: fc.constantFrom('a', 'b', 's', 'k', 'p'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('resume', 'terminate'), delivery: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('step'),
      instance: which,
      status: fc.constantFrom('waiting', 'waiting', 'suspended', 'completed'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('resume-instance', 'resume-instance', 'terminate-instance'),
      instance: which,
    }),
  },
) as fc.Arbitrary<Step>;

const sequences = fc.array(steps, { minLength: 5, maxLength: 80, size: 'max' });

const INSTANCES = [
  instanceOf('i', { subscriber: 'o', late: 'park' }),
  instanceOf('j', { subscriber: 'o', late: 'fail' }),
];

/** Does the same to the box and to the model, and compares what they say. */
async function play(box: MessageBox, sequence: readonly Step[]): Promise<void> {
  const model = createModel(INSTANCES);
  await box.commit({
    now: NOW,
    instances: INSTANCES,
    subscribe: [addressed('a'), addressed('b'), ...ordered, ...INSTANCES.map((instance) => awaited(instance))],
  });
  let now = NOW;
  for (const [index, step] of sequence.entries()) {
    if (step.kind === 'pass') now += step.ms;
    else await take(step, `${index}`, now, box, model);
    await compare(box, model, now);
  }
  expect(await passedIn(box, now)).toEqual(model.passed());
}

const ordered = Object.entries(POLICIES).map(([subscriber, onFailure]) =>
  addressed(subscriber, { order: { by: 'key', onFailure } }),
);

/** Message to those that its history says it passed. */
async function passedIn(box: MessageBox, now: number): Promise<Record<string, string[]>> {
  const records = await box.inspection.deliveries({ limit: 1000 }, now);
  const messageAt = new Map(records.map(({ id, message }) => [id, message!]));
  const passed: Record<string, string[]> = {};
  for (const message of new Set(messageAt.values())) {
    const { history = [] } = (await box.inspection.message(message)) ?? {};
    const skipped = history.filter(({ name }) => name === 'order-skipped').map(({ data }) => String(data['delivery']));
    if (skipped.length > 0) passed[message] = skipped.map((delivery) => messageAt.get(delivery)!);
  }
  return passed;
}

async function take(step: Exclude<Step, { kind: 'pass' }>, id: string, now: number, box: MessageBox, model: Model) {
  if (step.kind === 'mail') {
    const { to, key, priority } = step;
    const properties = priority === 0 ? { to, key } : { to, key, [BUS.priority]: priority };
    await box.commit({ now, publish: [{ message: messageOf(id, properties) }] });
    model.mail(to, id, now, key, priority * 10 * MINUTE);
  } else if (step.kind === 'mail-instance') {
    await box.commit({ now, publish: [mailFor(INSTANCES[step.instance]!, id)] });
    model.mailInstance(step.instance, id, now);
  } else if (step.kind === 'timer') {
    await box.commit({ now, timers: [{ id, instance: INSTANCES[step.instance]!.id, at: now + step.after }] });
    model.timer(step.instance, id, now + step.after);
  } else if (step.kind === 'claim') {
    const { subscriber, limit } = step;
    const taken = await box.claim({ subscriber, limit, now, leaseUntil: now + MINUTE });
    const said = taken.map((delivery) => [subjectOf(delivery), delivery.attempt]);
    expect(said).toEqual(model.claim(subscriber, limit, now, now + MINUTE));
    model.leased(taken.map(({ lease }) => lease));
  } else if (step.kind === 'settle') {
    const lease = model.leases.at(-1 - step.lease);
    if (lease !== undefined) {
      const outcome = await outcomeOf(box.commit({ now, settle: [settlement(lease, step.as, now)] }));
      expect(outcome).toBe(model.settle(lease, step.as, now));
    }
  } else if (step.kind === 'step') {
    const { id: instance, revision } = model.revised(step.instance);
    const change = { ...INSTANCES[step.instance]!, revision, status: step.status };
    expect(await outcomeOf(box.commit({ now, instances: [change] }))).toBe(model.step(instance, step.status));
  } else if (step.kind === 'stop' || step.kind === 'start') {
    await box.commit({ now, operate: [{ kind: step.kind, subscriber: step.subscriber }] });
    model.stop(step.subscriber, step.kind === 'stop');
  } else await operate(step, now, box, model);
}

async function operate(step: Step, now: number, box: MessageBox, model: Model): Promise<void> {
  if (step.kind === 'resume-instance' || step.kind === 'terminate-instance') {
    const { id } = INSTANCES[step.instance]!;
    const outcome = await outcomeOf(box.commit({ now, operate: [{ kind: step.kind, instance: id }] }));
    const expected = step.kind === 'resume-instance' ? model.resumeInstance(id, now) : model.terminateInstance(id);
    expect(outcome).toBe(expected);
  } else if (step.kind === 'resume' || step.kind === 'terminate') {
    const records = (await box.inspection.deliveries({ limit: 100 }, now)).filter(
      ({ message }) => message !== undefined,
    );
    const record = records[step.delivery % Math.max(1, records.length)];
    if (!record) return;
    const operation: Operation = { kind: step.kind, delivery: record.id };
    const outcome = await outcomeOf(box.commit({ now, operate: [operation] }));
    expect(outcome).toBe(model[step.kind](record.message!, now));
  }
}

function settlement(lease: string, as: (Step & { kind: 'settle' })['as'], now: number): Settlement {
  if (as === 'done' || as === 'release') return { lease, as };
  if (as === 'retry') return { lease, as, at: now + 1000, code: 'C', reason: 'r' };
  return { lease, as, code: 'C', reason: 'r', resumable: true };
}

const outcomeOf = (commit: Promise<unknown>): Promise<string> =>
  commit.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

async function compare(box: MessageBox, model: Model, now: number): Promise<void> {
  const records = await box.inspection.deliveries({ limit: 1000 }, now);
  const said = records.flatMap(({ message, state, attempt }) =>
    message === undefined ? [] : [[message, state, attempt]],
  );
  expect(said.reverse()).toEqual(model.messages(now));
}

test('memory does as the model does', async () => {
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      await play(openMemory(), sequence);
    }),
    { numRuns: 300 },
  );
});

test('sqlite does as the model does', async () => {
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const folder = mkdtempSync(join(tmpdir(), 'guildhall-model-'));
      const box = openSqlite(join(folder, 'box.db'));
      try {
        await play(box, sequence);
      } finally {
        await box.close();
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});

test('postgres does as the model does', async () => {
  const database = await freshDatabase();
  const clock = createSystemClock();
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const box = await openPostgres(database.url, { clock });
    try {
      await play(box, sequence);
    } finally {
      await box.close();
      await migratePostgres(database.url, 0);
    }
  });
  try {
    await fc.assert(property, { numRuns: 25 });
  } finally {
    await database.drop();
  }
}, 180_000);
