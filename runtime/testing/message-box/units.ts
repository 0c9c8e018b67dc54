/** Units: all or nothing, and never the failure of another. */
import {
  addressed,
  awaited,
  type Check,
  done,
  instanceOf,
  mailTo,
  messageOf,
  NOW,
  refused,
  subjects,
  take,
} from './bench.ts';

export function unitContract(check: Check): void {
  check('a unit that is refused writes nothing at all', async (box) => {
    const instance = instanceOf('i');
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'given')] });
    const [given] = await take(box, 'a');
    const unit = {
      now: NOW,
      deploy: [{ hash: 'h', name: 'n', content: '{}' }],
      subscribe: [addressed('b'), awaited(instance)],
      unsubscribe: ['a takes'],
      settle: [done(given!), { lease: 'd1:999', as: 'done' as const }],
      instances: [instance],
      timers: [{ id: 't', instance: 'i', at: NOW }],
      keep: [messageOf('kept')],
      publish: [{ ...mailTo('a', 'published'), keys: [{ scope: 's', key: 'k' }] }],
      track: [{ name: 'message-sent', at: NOW, message: 'given', data: {} }],
    };
    await expect(box.commit(unit)).rejects.toEqual(refused('LEASE_LOST'));
    expect(await box.definition('h')).toBeUndefined();
    expect((await box.inspection.subscriptions()).map(({ id }) => id)).toEqual(['a takes']);
    expect(await box.inspection.instance('i')).toBeUndefined();
    expect(await box.read(['kept', 'published'])).toEqual([undefined, undefined]);
    expect((await box.inspection.message('given'))!.history).toEqual([]);
    const again = await box.commit({ ...unit, settle: [done(given!)], unsubscribe: [] });
    expect(again.routed).toEqual([{ message: 'published', subscriptions: ['a takes'] }]);
  });

  check('an operation that only fails after others took effect undoes them too', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [delivery] = await take(box, 'a');
    const terminate = { kind: 'terminate', delivery: delivery!.id } as const;
    const guilty = {
      now: NOW,
      subscribe: [addressed('b')],
      publish: [mailTo('b', 'lost')],
      operate: [terminate, terminate],
    };
    const outcomes = await Promise.allSettled([
      box.commit({ now: NOW, publish: [mailTo('a', 'before')] }),
      box.commit(guilty),
      box.commit({ now: NOW, publish: [mailTo('b', 'after')] }),
    ]);
    expect(outcomes[0]).toMatchObject({ value: { routed: [{ subscriptions: ['a takes'] }] } });
    expect(outcomes[1]).toEqual({ status: 'rejected', reason: refused('ALREADY_ENDED') });
    expect(outcomes[2]).toMatchObject({ value: { routed: [{ subscriptions: [] }] } });
    expect(await box.read(['lost'])).toEqual([undefined]);
    expect(await box.extend([delivery!.lease], NOW + 1)).toEqual([delivery!.lease]);
    expect(subjects(await take(box, 'a'))).toEqual(['before']);
  });

  check('a unit that is refused spoils no other of the same turn', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    const outcomes = await Promise.allSettled([
      box.commit({ now: NOW, publish: [mailTo('a', '1')] }),
      box.commit({ now: NOW, settle: [{ lease: 'd1:9', as: 'done' }], publish: [mailTo('a', '2')] }),
      box.commit({ now: NOW, operate: [{ kind: 'terminate', delivery: 'd77' }] }),
      box.commit({ now: NOW, publish: [mailTo('a', '3')] }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(subjects(await take(box, 'a'))).toEqual(['1', '3']);
  });

  check('something that no store can write fails alone', async (box) => {
    const impossible = { ...messageOf('bad'), id: {} as string, context: undefined as never };
    const outcomes = await Promise.allSettled([
      box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1')] }),
      box.commit({ now: NOW, publish: [{ message: impossible }] }),
      box.commit({ now: NOW, publish: [mailTo('a', '2')] }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'STORE_FAILED' } });
    expect(subjects(await take(box, 'a'))).toEqual(['1', '2']);
  });

  check('publications take effect in the order of committing', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    const ids = Array.from({ length: 50 }, (_, index) => `m${index}`);
    await Promise.all(ids.map((id) => box.commit({ now: NOW, publish: [mailTo('a', id)] })));
    expect(subjects(await take(box, 'a', NOW, 100))).toEqual(ids);
  });

  check('an empty unit is nothing', async (box) => {
    expect(await box.commit({ now: NOW })).toEqual({ routed: [], suspended: [] });
  });

  check('definitions are kept by their hash', async (box) => {
    const definition = { hash: 'h1', name: 'council', content: '{"a":1}' };
    await box.commit({ now: NOW, deploy: [definition] });
    await box.commit({ now: NOW, deploy: [definition, { hash: 'h2', name: 'council', content: '{}' }] });
    expect(await box.definition('h1')).toEqual(definition);
    expect(await box.definition('h3')).toBeUndefined();
  });
}
