/** A MessageBox as a list of work that is looked through from the start each time. Messages of instances never match again. */
import type { DeliveryState } from '../../runtime/contracts/inspection.ts';
import type { Instance } from '../../runtime/contracts/orchestration.ts';
import type { Order } from '../../runtime/contracts/routing.ts';

interface Work {
  readonly subject: string;
  readonly kind: 'message' | 'timer' | 'signal';
  readonly subscriber: string;
  readonly instance?: Running;
  /** The key of an ordered subscription, and what a failure does to those behind it. */
  readonly key?: string;
  readonly policy?: Policy;
  /** When it became work: the order within its instance. Elsewhere the place that it has again when it is given back. */
  readonly rank: number;
  state: 'ready' | 'leased' | 'suspended' | 'done' | 'terminated' | 'removed';
  due: number;
  attempt: number;
  resumable: boolean;
  lease?: string | undefined;
  /** Suspended, and none of its key has passed it yet. */
  gap: boolean;
  /** What it was the first to pass. */
  readonly passed: string[];
}

type Policy = Order['onFailure'];

/** The policies of the subscribers whose messages are ordered by key. */
export const POLICIES: Readonly<Record<string, Policy>> = { s: 'stop', k: 'skip', p: 'park' };

interface Running {
  readonly id: string;
  readonly subscriber: string;
  readonly late: Instance['late'];
  status: Instance['status'];
  revision: number;
}

type Outcome = 'ok' | 'LEASE_LOST' | 'INSTANCE_STALE' | 'NOT_SUSPENDED' | 'NOT_RESUMABLE' | 'ALREADY_ENDED';

export interface Model {
  /** `older`: by how much it counts as older. */
  mail(to: string, id: string, now: number, key: string, older: number): void;
  mailInstance(instance: number, id: string, now: number): void;
  timer(instance: number, id: string, at: number): void;
  claim(subscriber: string, limit: number, now: number, until: number): [string, number][];
  /** The leases that the box gave for the work claimed last. */
  leased(leases: readonly string[]): void;
  readonly leases: readonly string[];
  settle(lease: string, as: 'done' | 'retry' | 'suspend' | 'release', now: number): Outcome;
  revised(instance: number): { id: string; revision: number };
  step(id: string, status: Instance['status']): Outcome;
  resume(message: string, now: number): Outcome;
  terminate(message: string, now: number): Outcome;
  resumeInstance(id: string, now: number): Outcome;
  terminateInstance(id: string): Outcome;
  stop(subscriber: string, stopped: boolean): void;
  messages(now: number): [string, DeliveryState, number][];
  /** Message to those that it was the first to pass. */
  passed(): Record<string, string[]>;
}

export function createModel(given: readonly Instance[]): Model {
  const all: Work[] = [];
  const leases: string[] = [];
  const running: Running[] = given.map(({ id, subscriber, late, status, revision }) => ({
    id,
    subscriber,
    late,
    status,
    revision,
  }));
  const stopped = new Set<string>();
  let claimed: Work[] = [];

  const isOpen = ({ state }: Work) => state === 'ready' || state === 'leased';
  const hasEnded = (instance: Running) => instance.status === 'completed' || instance.status === 'terminated';
  const find = (id: string) => running.find((instance) => instance.id === id)!;
  const byMessage = (id: string) => all.find((work) => work.kind === 'message' && work.subject === id)!;

  type New = Pick<Work, 'subject' | 'kind' | 'subscriber' | 'rank' | 'due' | 'instance' | 'key' | 'policy'>;

  function add(work: New): Work {
    const added: Work = { ...work, state: 'ready', attempt: 0, resumable: false, gap: false, passed: [] };
    all.push(added);
    return added;
  }

  const laneOf = ({ subscriber, key }: Work) =>
    all.filter((other) => other.subscriber === subscriber && other.key === key);
  const before = (work: Work) => {
    const lane = work.policy ? laneOf(work) : [];
    return lane.slice(0, lane.indexOf(work));
  };
  /** The one that it must not pass. */
  const holderOf = (work: Work) =>
    work.state === 'ready' ? before(work).find(({ gap, policy }) => gap && policy !== 'skip') : undefined;

  function isItsTurn(work: Work): boolean {
    const { instance } = work;
    if (work.policy) {
      const open = laneOf(work).filter(isOpen);
      return !holderOf(work) && (open.find(({ state }) => state === 'leased') ?? open[0]) === work;
    }
    if (!instance) return true;
    const open = all.filter((other) => other.instance === instance && isOpen(other));
    const leased = open.find(({ state }) => state === 'leased');
    const first = open.toSorted((a, b) => a.rank - b.rank)[0];
    const next = leased ?? first;
    return next === work && (instance.status !== 'suspended' || work.kind === 'signal');
  }

  function end(instance: Running, status: 'completed' | 'terminated'): void {
    instance.status = status;
    for (const work of all.filter((entry) => entry.instance === instance && isOpen(entry))) {
      work.state = work.kind === 'message' ? 'suspended' : 'removed';
      work.resumable = instance.late === 'park';
      delete work.lease;
    }
  }

  /** Another step was quicker. */
  function takeBack(instance: Running): void {
    for (const work of all) {
      if (work.instance !== instance || work.state !== 'leased' || work.kind === 'signal') continue;
      Object.assign(work, { state: 'ready', due: work.rank, lease: undefined });
    }
  }

  return {
    leases,
    mail: (subscriber, subject, now, key, older) => {
      const work = { subject, kind: 'message', subscriber, rank: now - older, due: now - older } as const;
      const policy = POLICIES[subscriber];
      add(policy ? { ...work, rank: 0, key, policy } : work);
    },
    mailInstance: (index, subject, now) => {
      const instance = running[index]!;
      const unrouted = hasEnded(instance);
      const subscriber = unrouted ? 'unrouted' : instance.subscriber;
      const work = add({
        subject,
        kind: 'message',
        subscriber,
        rank: now,
        due: now,
        ...(unrouted ? {} : { instance }),
      });
      if (unrouted) Object.assign(work, { state: 'suspended', resumable: true });
    },
    timer: (index, id, at) => {
      const instance = running[index]!;
      if (hasEnded(instance)) return;
      add({ subject: `timer ${id}`, kind: 'timer', subscriber: instance.subscriber, rank: at, due: at, instance });
    },
    claim: (subscriber, limit, now, until) => {
      const ready = all.filter(
        (work) => work.subscriber === subscriber && isOpen(work) && work.due <= now && isItsTurn(work),
      );
      claimed = stopped.has(subscriber) ? [] : ready.toSorted((a, b) => a.due - b.due).slice(0, limit);
      for (const work of claimed) {
        for (const skipped of before(work).filter(({ gap }) => gap)) {
          skipped.gap = false;
          work.passed.push(skipped.subject);
        }
      }
      for (const work of claimed) Object.assign(work, { state: 'leased', due: until, attempt: work.attempt + 1 });
      return claimed.map(({ subject, attempt }) => [subject, attempt]);
    },
    leased: (given) => {
      for (const [index, lease] of given.entries()) claimed[index]!.lease = lease;
      leases.push(...given);
    },
    settle: (lease, as, now) => {
      const work = all.find((entry) => entry.lease === lease && entry.state === 'leased');
      if (!work) return 'LEASE_LOST';
      delete work.lease;
      work.state = as === 'done' ? 'done' : as === 'suspend' ? 'suspended' : 'ready';
      if (as === 'retry') work.due = now + 1000;
      if (as === 'suspend') Object.assign(work, { resumable: true, gap: work.policy !== undefined });
      if (as === 'release') Object.assign(work, { due: work.rank, attempt: work.attempt - 1 });
      return 'ok';
    },
    revised: (index) => ({ id: running[index]!.id, revision: running[index]!.revision + 1 }),
    step: (id, status) => {
      const instance = find(id);
      if (hasEnded(instance)) return 'INSTANCE_STALE';
      instance.revision += 1;
      if (status === 'completed') end(instance, status);
      else instance.status = status;
      if (status === 'suspended') takeBack(instance);
      return 'ok';
    },
    resume: (message, now) => {
      const asked = byMessage(message);
      const holder = holderOf(asked);
      const work = holder?.policy === 'park' ? holder : asked;
      if (work.state !== 'suspended') return 'NOT_SUSPENDED';
      if (!work.resumable) return 'NOT_RESUMABLE';
      const routedAnew = work.subscriber === 'unrouted' || (work.instance && hasEnded(work.instance));
      if (!routedAnew) Object.assign(work, { state: 'ready', due: now, attempt: 0, resumable: false, gap: false });
      return 'ok';
    },
    terminate: (message) => {
      const work = byMessage(message);
      if (work.state === 'done' || work.state === 'terminated') return 'ALREADY_ENDED';
      work.state = 'terminated';
      work.gap = false;
      return 'ok';
    },
    resumeInstance: (id, now) => {
      const instance = find(id);
      if (instance.status !== 'suspended') return 'NOT_SUSPENDED';
      const signalled = all.some((work) => work.instance === instance && work.kind === 'signal' && isOpen(work));
      const { subscriber } = instance;
      if (!signalled) add({ subject: 'signal resumed', kind: 'signal', subscriber, rank: -1, due: now, instance });
      return 'ok';
    },
    terminateInstance: (id) => {
      const instance = find(id);
      if (hasEnded(instance)) return 'ALREADY_ENDED';
      instance.revision += 1;
      end(instance, 'terminated');
      return 'ok';
    },
    messages: (now) =>
      all
        .filter(({ kind }) => kind === 'message')
        .map((work): [string, DeliveryState, number] => {
          const held = holderOf(work)?.policy;
          const state = held === undefined ? stateOf(work, now) : held === 'park' ? 'suspended' : 'waiting';
          return [work.subject, state, work.attempt];
        }),
    stop: (subscriber, stop) => void (stop ? stopped.add(subscriber) : stopped.delete(subscriber)),
    passed: () =>
      Object.fromEntries(all.filter(({ passed }) => passed.length > 0).map((work) => [work.subject, work.passed])),
  };
}

function stateOf({ state, due }: Work, now: number): DeliveryState {
  if (state === 'ready') return due > now ? 'waiting' : 'ready';
  if (state === 'leased') return due > now ? 'leased' : 'ready';
  return state as DeliveryState;
}
