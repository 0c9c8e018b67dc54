/** The end of an instance: nothing of it remains that could still be reached, and nothing that came too late is lost. */
import type { MessageBox } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import {
  awaited,
  type Check,
  deliveryOf,
  done,
  instanceOf,
  mailFor,
  messageOf,
  NOW,
  refused,
  subjects,
  subscriptionOf,
  take,
} from './bench.ts';

const subscriber = 'orchestration:process';
const activation = subscriptionOf(subscriber, { kind: 'order' }, { id: 'activation' });
const completed = (instance: Instance) => ({ ...instance, revision: 2, status: 'completed' as const });

/** An instance that completes with message `1`, while message `2` waits. */
async function endedWith(box: MessageBox, late: Instance['late'], kind = 'order'): Promise<Instance> {
  const instance = instanceOf('i', { late });
  const subscribe = [awaited(instance), subscriptionOf('audit', { for: 'i' }, { id: 'audit' })];
  await box.commit({ now: NOW, instances: [instance], subscribe, timers: [{ id: 't', instance: 'i', at: NOW + 10 }] });
  await box.commit({ now: NOW, publish: [mailFor(instance, '1')] });
  await box.commit({ now: NOW, publish: [{ message: messageOf('2', { for: 'i', kind }) }] });
  await box.commit({ now: NOW, subscribe: [activation] });
  const [first] = await take(box, subscriber);
  await box.commit({ now: NOW, settle: [done(first!)], instances: [completed(instance)] });
  return instance;
}

/** What an orchestration has of a message, whoever else may have it. */
async function ofOrchestration(box: MessageBox, message: string) {
  const found = await box.inspection.deliveries({ message, subscriber, limit: 10 }, NOW);
  return found.map(({ state, code, resumable, subscription }) => ({ state, code, resumable, subscription }));
}

export function endContract(check: Check): void {
  check('its subscriptions and timers go in the same commit', async (box) => {
    const instance = await endedWith(box, 'park');
    expect((await box.inspection.subscriptions()).map(({ id }) => id)).toEqual(['audit', 'activation']);
    expect(await box.inspection.instance('i')).toMatchObject({ waitingFor: [], timers: [] });
    const { routed } = await box.commit({ now: NOW, publish: [mailFor(instance, '3')] });
    expect(routed[0]!.subscriptions).toEqual(['audit']);
    expect(await take(box, subscriber, NOW + 100)).toEqual([]);
  });

  check('park: what waited is suspended, resumable', async (box) => {
    await endedWith(box, 'park');
    expect(await ofOrchestration(box, '1')).toMatchObject([{ state: 'done' }]);
    expect(await ofOrchestration(box, '2')).toEqual([
      { state: 'suspended', code: 'INSTANCE_ENDED', resumable: true, subscription: 'i awaits' },
    ]);
  });

  check('fail: what waited is suspended, not resumable', async (box) => {
    await endedWith(box, 'fail');
    const [found] = await ofOrchestration(box, '2');
    expect(found).toMatchObject({ state: 'suspended', code: 'INSTANCE_ENDED', resumable: false });
  });

  check('new: what waited starts something new where an activation of the same orchestration takes it', async (box) => {
    await endedWith(box, 'new');
    const [delivery, ...others] = await take(box, subscriber);
    expect(delivery).toMatchObject({ work: { message: { id: '2' } }, subscription: 'activation', attempt: 1 });
    expect(delivery!.instance).toBeUndefined();
    expect(others).toEqual([]);
    expect(subjects(await take(box, 'audit'))).toEqual(['1', '2']);
  });

  check('new: what no activation takes is parked', async (box) => {
    await endedWith(box, 'new', 'something else');
    const [found] = await ofOrchestration(box, '2');
    expect(found).toMatchObject({ state: 'suspended', code: 'INSTANCE_ENDED', resumable: true });
  });

  check('resuming a parked message routes it anew, but not to those who had it', async (box) => {
    await endedWith(box, 'park');
    const parked = (await box.inspection.deliveries({ message: '2', state: 'suspended', limit: 1 }, NOW))[0]!;
    await box.commit({ now: NOW, unsubscribe: ['activation'], operate: [{ kind: 'resume', delivery: parked.id }] });
    expect((await ofOrchestration(box, '2')).map(({ state }) => state)).toEqual(['suspended']);
    await box.commit({ now: NOW, subscribe: [activation], operate: [{ kind: 'resume', delivery: parked.id }] });
    expect(subjects(await take(box, subscriber))).toEqual(['2']);
    expect(subjects(await take(box, 'audit'))).toEqual(['1', '2']);
  });

  check('what is published by the last step does not reach the instance', async (box) => {
    const instance = instanceOf('i');
    await box.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance)] });
    const last = { now: NOW, instances: [completed(instance)], publish: [mailFor(instance, 'm')] };
    expect((await box.commit(last)).routed[0]!.subscriptions).toEqual([]);
  });

  check('nothing revives it', async (box) => {
    const instance = await endedWith(box, 'park');
    const revived = { ...instance, revision: 3, status: 'running' as const };
    await expect(box.commit({ now: NOW, instances: [revived] })).rejects.toEqual(refused('INSTANCE_STALE'));
    await box.commit({ now: NOW, timers: [{ id: 'late', instance: 'i', at: NOW }] });
    expect(await take(box, subscriber)).toEqual([]);
  });

  check('terminated by an operator while a step is under way: the step is refused', async (box) => {
    const instance = instanceOf('i');
    await box.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance)] });
    await box.commit({ now: NOW, publish: [mailFor(instance, 'm')] });
    const [delivery] = await take(box, subscriber);
    await box.commit({ now: NOW, operate: [{ kind: 'terminate-instance', instance: 'i' }] });
    const settling = box.commit({ now: NOW, settle: [done(delivery!)] });
    await expect(settling).rejects.toEqual(refused('LEASE_LOST'));
    const step = box.commit({ now: NOW, instances: [{ ...instance, revision: 2 }] });
    await expect(step).rejects.toEqual(refused('INSTANCE_STALE'));
    expect(await deliveryOf(box, 'm')).toMatchObject({ state: 'suspended', code: 'INSTANCE_ENDED' });
    const record = await box.inspection.instance('i');
    expect(record).toMatchObject({ instance: { status: 'terminated', revision: 2 }, waitingFor: [] });
    expect(record!.history.map(({ name }) => name)).toEqual(['instance-terminated']);
  });
}
