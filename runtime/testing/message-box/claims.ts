/** Claims, leases and settlements. */
import type { Delivery } from '../../contracts/message-box.ts';
import {
  addressed,
  type Check,
  deliveryOf,
  done,
  MINUTE,
  mailTo,
  NOW,
  park,
  refused,
  retry,
  subjects,
  take,
} from './bench.ts';

export function claimContract(check: Check): void {
  check('the oldest come first, no more than asked for, and none twice', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1'), mailTo('a', '2')] });
    await box.commit({ now: NOW, publish: [mailTo('a', '3')] });
    expect(subjects(await take(box, 'a', NOW, 2))).toEqual(['1', '2']);
    expect(subjects(await take(box, 'a', NOW, 2))).toEqual(['3']);
    expect(await take(box, 'a')).toEqual([]);
    expect(await take(box, 'b')).toEqual([]);
  });

  check('concurrent claims share the work', async (box) => {
    const publish = Array.from({ length: 6 }, (_, index) => mailTo('a', String(index)));
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish });
    const taken = await Promise.all([take(box, 'a', NOW, 3), take(box, 'a', NOW, 3), take(box, 'a', NOW, 3)]);
    expect(taken.map(subjects)).toEqual([['0', '1', '2'], ['3', '4', '5'], []]);
  });

  check('a claim sees what was published before it in the same turn', async (box) => {
    const published = box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    expect(subjects(await take(box, 'a'))).toEqual(['m']);
    await published;
  });

  check('a delivery is ready again when its lease runs out; the old holder can no longer settle it', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [first] = await take(box, 'a');
    expect(await take(box, 'a', NOW + MINUTE - 1)).toEqual([]);
    const [second] = await take(box, 'a', NOW + MINUTE);
    expect(second).toMatchObject({ id: first!.id, attempt: 2 });
    expect(second!.lease).not.toBe(first!.lease);
    await expect(box.commit({ now: NOW + MINUTE, settle: [done(first!)] })).rejects.toEqual(refused('LEASE_LOST'));
    await box.commit({ now: NOW + MINUTE, settle: [done(second!)] });
    expect((await deliveryOf(box, 'm')).state).toBe('done');
  });

  check('many are settled by one unit, and each keeps what is told of it', async (box, { reopen }) => {
    const ids = ['1', '2', '3', '4', '5', '6', '7'];
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: ids.map((id) => mailTo('a', id)) });
    const held = await take(box, 'a');
    const [one, two, three, four, , six, seven] = held as Delivery[];
    const sent = (message: string, attempt: number) => ({
      name: 'sent',
      at: NOW,
      message,
      port: 'p',
      data: { attempt },
    });
    const settle = [done(one!), done(two!), retry(three!, NOW + MINUTE), done(seven!), done(four!), done(six!)];
    await box.commit({ now: NOW, settle, track: [sent('1', 1), sent('2', 1), sent('4', 1), sent('7', 2)] });
    const again = reopen ? await reopen() : box;
    const states = await Promise.all(ids.map(async (id) => (await deliveryOf(again, id)).state));
    expect([...states.slice(0, 4), ...states.slice(5)]).toEqual(['done', 'done', 'waiting', 'done', 'done', 'done']);
    expect(['ready', 'leased']).toContain(states[4]);
    const told = await Promise.all(ids.map(async (id) => (await again.inspection.message(id))!.history));
    expect(told.map((events) => events.map(({ data }) => data['attempt']))).toEqual([[1], [1], [], [1], [], [], [2]]);
  });

  check('a lease can be kept longer; one that is lost is left out', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1'), mailTo('a', '2')] });
    const [one, two] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [done(two!)] });
    const leases = [one!.lease, two!.lease, 'd999:1', 'nonsense', ''];
    expect(await box.extend(leases, NOW + 5 * MINUTE)).toEqual([one!.lease]);
    expect(await take(box, 'a', NOW + 5 * MINUTE - 1)).toEqual([]);
    expect(subjects(await take(box, 'a', NOW + 5 * MINUTE))).toEqual(['1']);
  });

  settlements(check);
  wakeups(check);
}

function settlements(check: Check): void {
  check('done is final', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [delivery] = await take(box, 'a');
    await box.commit({ now: NOW + 1, settle: [done(delivery!)] });
    expect(await deliveryOf(box, 'm')).toMatchObject({ state: 'done', since: NOW + 1, dueAt: undefined });
    expect(await take(box, 'a', NOW + 10 * MINUTE)).toEqual([]);
    await expect(box.commit({ now: NOW + 1, settle: [done(delivery!)] })).rejects.toEqual(refused('LEASE_LOST'));
  });

  check('retry offers it again at its time, and counts', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [delivery] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [retry(delivery!, NOW + 500)] });
    expect(await deliveryOf(box, 'm')).toMatchObject({
      state: 'waiting',
      dueAt: NOW + 500,
      code: 'FAILED',
      reason: 'it failed',
      attempt: 1,
    });
    expect(await take(box, 'a', NOW + 499)).toEqual([]);
    expect((await take(box, 'a', NOW + 500))[0]!.attempt).toBe(2);
  });

  check('what is given back is there at once or at its time, and the attempt does not count', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [first] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [{ lease: first!.lease, as: 'release' }] });
    const [second] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [{ lease: second!.lease, as: 'release', at: NOW + 500 }] });
    expect(await take(box, 'a', NOW + 499)).toEqual([]);
    expect((await take(box, 'a', NOW + 500))[0]!.attempt).toBe(1);
  });

  check('suspended work waits for an operator', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [delivery] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [park(delivery!, false)] });
    expect(await take(box, 'a', NOW + 10 * MINUTE)).toEqual([]);
    expect(await deliveryOf(box, 'm')).toMatchObject({
      state: 'suspended',
      code: 'BROKEN',
      resumable: false,
      attempt: 1,
    });
  });

  check('the attempt is counted at the claim, not when it is settled', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    await take(box, 'a');
    expect(await deliveryOf(box, 'm')).toMatchObject({ state: 'leased', attempt: 1, dueAt: NOW + MINUTE });
  });

  check('a lease is good for one settlement', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [delivery] = await take(box, 'a');
    const twice = [done(delivery!), retry(delivery!, NOW)];
    await expect(box.commit({ now: NOW, settle: twice })).rejects.toEqual(refused('LEASE_LOST'));
    await box.commit({ now: NOW, settle: [done(delivery!)] });
  });

  check('a lease that nobody gave is not held', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    for (const lease of ['', ':', 'd1', 'd1:0', 'd1:1', 'd-1:1', 'd1e3:1', '1:1', 'd9999999999999999999:1']) {
      const settle = [{ lease, as: 'done' as const }];
      await expect(box.commit({ now: NOW, settle })).rejects.toEqual(refused('LEASE_LOST'));
    }
  });
}

function wakeups(check: Check): void {
  check('whoever gets work is woken, until the listener is taken away', async (box) => {
    const woken: string[] = [];
    const stop = box.onWakeup((subscriber) => woken.push(subscriber));
    await box.commit({ now: NOW, subscribe: [addressed('a'), addressed('b')], publish: [mailTo('a', '1')] });
    await turn();
    expect(woken).toEqual(['a']);
    stop();
    await box.commit({ now: NOW, publish: [mailTo('b', '2')] });
    await turn();
    expect(woken).toEqual(['a']);
  });

  check('a listener may ask the box for the work at once', async (box) => {
    const taken: Promise<string[]>[] = [];
    box.onWakeup((subscriber) => taken.push(take(box, subscriber).then(subjects)));
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1')] });
    await turn();
    expect(await Promise.all(taken)).toEqual([['1']]);
  });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
