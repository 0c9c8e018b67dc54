/** Convoys: what belongs together goes to one instance, also before there is any, and to a new one once that has closed it. */
import type { MessageBox } from '../../contracts/message-box.ts';
import { type Convoy, convoyId } from '../../contracts/routing.ts';
import {
  type Check,
  deliveryOf,
  done,
  instanceOf,
  messageOf,
  NOW,
  park,
  subjects,
  subscriptionOf,
  take,
} from './bench.ts';

const subscriber = 'orchestration:process';
const convoy: Convoy = { group: 'process/by-house', properties: ['house'] };
const activation = subscriptionOf(subscriber, { kind: 'report' }, { id: 'activation', convoy });
const other = subscriptionOf(subscriber, { kind: 'photo' }, { id: 'other activation', convoy });
const report = (id: string, house: string | number, kind = 'report') => ({ message: messageOf(id, { kind, house }) });
const instances = (deliveries: readonly { readonly instanceId?: string }[]) =>
  deliveries.map(({ instanceId }) => instanceId);

/** The instance that the first report of house 1 started. */
async function started(box: MessageBox, late: 'park' | 'new' = 'new') {
  await box.commit({ now: NOW, subscribe: [activation, other], publish: [report('a', '1')] });
  const [first] = await take(box, subscriber);
  const instance = instanceOf(first!.instanceId!, { late });
  await box.commit({ now: NOW, settle: [done(first!)], instances: [instance] });
  return instance;
}

export function convoyContract(check: Check): void {
  check('messages of one key go to one instance, one at a time, before it has begun', async (box) => {
    const publish = [report('a', '1'), report('b', '2'), report('c', '1'), report('d', '1', 'photo')];
    await box.commit({ now: NOW, subscribe: [activation, other], publish });
    const first = await take(box, subscriber);
    expect(subjects(first)).toEqual(['a', 'b']);
    expect(new Set(instances(first)).size).toBe(2);
    expect(first.map(({ instance }) => instance)).toEqual([undefined, undefined]);
    await box.commit({ now: NOW, settle: [done(first[0]!)], instances: [instanceOf(first[0]!.instanceId!)] });
    const [second] = await take(box, subscriber);
    expect(second).toMatchObject({ instanceId: first[0]!.instanceId, instance: { id: first[0]!.instanceId } });
    expect(subjects([second!])).toEqual(['c']);
    await box.commit({ now: NOW, settle: [done(second!)] });
    const [third] = await take(box, subscriber);
    expect([subjects([third!]), third!.instanceId]).toEqual([['d'], first[0]!.instanceId]);
  });

  check('keys differ by the type of their values, too', async (box) => {
    await box.commit({ now: NOW, subscribe: [activation], publish: [report('a', '1'), report('b', 1)] });
    expect(new Set(instances(await take(box, subscriber))).size).toBe(2);
  });

  check('what lacks a property starts an instance of its own', async (box) => {
    const without = { message: messageOf('b', { kind: 'report' }) };
    await box.commit({ now: NOW, subscribe: [activation], publish: [report('a', '1'), without] });
    const taken = await take(box, subscriber);
    expect(taken.map(({ subscription }) => subscription)).toEqual([convoyId(convoy.group, ['1']), 'activation']);
    expect(taken[1]!.instanceId).toBeUndefined();
  });

  check('without properties all belong together', async (box) => {
    const all = { ...activation, convoy: { group: 'process/all', properties: [] } };
    await box.commit({ now: NOW, subscribe: [all], publish: [report('a', '1'), report('b', '2')] });
    expect(subjects(await take(box, subscriber))).toEqual(['a']);
  });

  check('when it is closed, the next one starts an instance of its own', async (box) => {
    const instance = await started(box);
    await box.commit({ now: NOW, unsubscribe: [convoyId(convoy.group, ['1'])] });
    await box.commit({ now: NOW, publish: [report('b', '1')] });
    const [next] = await take(box, subscriber);
    expect(next!.instanceId).not.toBe(instance.id);
    expect(next!.instance).toBeUndefined();
  });

  check('its end closes it in the same commit, and what waited goes on together in a new instance', async (box) => {
    const instance = await started(box);
    await box.commit({ now: NOW, publish: [report('b', '1'), report('c', '1')] });
    await box.commit({ now: NOW, instances: [{ ...instance, revision: 2, status: 'completed' }] });
    await box.commit({ now: NOW, publish: [report('d', '1')] });
    const [b] = await take(box, subscriber);
    expect(b).toMatchObject({ work: { message: { id: 'b' } } });
    expect(b!.instanceId).not.toBe(instance.id);
    await box.commit({ now: NOW, settle: [done(b!)], instances: [instanceOf(b!.instanceId!)] });
    const [c] = await take(box, subscriber);
    await box.commit({ now: NOW, settle: [done(c!)] });
    const [d] = await take(box, subscriber);
    expect([...subjects([c!, d!]), c!.instanceId, d!.instanceId]).toEqual(['c', 'd', b!.instanceId, b!.instanceId]);
  });

  check('a first message that failed holds up its own key only as long as nobody starts the instance', async (box) => {
    await box.commit({ now: NOW, subscribe: [activation], publish: [report('a', '1'), report('b', '1')] });
    const [first] = await take(box, subscriber);
    await box.commit({ now: NOW, settle: [park(first!)] });
    const [second] = await take(box, subscriber);
    expect([subjects([second!]), second!.instanceId]).toEqual([['b'], first!.instanceId]);
    await box.commit({ now: NOW, settle: [done(second!)], instances: [instanceOf(second!.instanceId!)] });
    await box.commit({ now: NOW, operate: [{ kind: 'resume', delivery: (await deliveryOf(box, 'a')).id }] });
    const [again] = await take(box, subscriber);
    expect([subjects([again!]), again!.instance?.id]).toEqual([['a'], first!.instanceId]);
  });

  check('a first message that comes again after its instance has ended starts another', async (box) => {
    await box.commit({ now: NOW, subscribe: [activation], publish: [report('a', '1'), report('b', '1')] });
    const [first] = await take(box, subscriber);
    await box.commit({ now: NOW, settle: [park(first!)] });
    const [second] = await take(box, subscriber);
    const ended = instanceOf(second!.instanceId!, { status: 'completed' });
    await box.commit({ now: NOW, settle: [done(second!)], instances: [ended] });
    await box.commit({ now: NOW, operate: [{ kind: 'resume', delivery: (await deliveryOf(box, 'a')).id }] });
    const [again] = await take(box, subscriber);
    expect([subjects([again!]), again!.instance]).toEqual([['a'], undefined]);
    expect(again!.instanceId).not.toBe(ended.id);
    await box.commit({ now: NOW, settle: [done(again!)], instances: [instanceOf(again!.instanceId!)] });
  });

  check('it is there after the store was opened again', async (box, { reopen }) => {
    const { id } = await started(box);
    const opened = (await reopen?.()) ?? box;
    await opened.commit({ now: NOW, publish: [report('b', '1')] });
    const [delivery] = await take(opened, subscriber);
    expect(delivery!.instanceId).toBe(id);
  });

  check('concurrent publishers agree on the instance', async (box) => {
    await box.commit({ now: NOW, subscribe: [activation] });
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => box.commit({ now: NOW, publish: [report(id, Number(id) % 5)] })));
    const taken = await take(box, subscriber, NOW, 100);
    expect(new Set(instances(taken)).size).toBe(5);
    expect(taken).toHaveLength(5);
  });
}
