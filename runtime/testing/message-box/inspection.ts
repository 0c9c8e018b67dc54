/** What operators may ask: counts, lists with filters and pages, records with their history. */
import { BUS, subscriberOf } from '../../contracts/properties.ts';
import {
  addressed,
  awaited,
  type Check,
  done,
  instanceOf,
  MINUTE,
  mailTo,
  messageOf,
  NOW,
  park,
  retry,
  take,
} from './bench.ts';

export function inspectionContract(check: Check): void {
  check('counts', async (box) => {
    const ids = ['1', '2', '3', '4', '5'];
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: ids.map((id) => mailTo('a', id)) });
    const [one, two, three] = await take(box, 'a', NOW, 4);
    await box.commit({
      now: NOW,
      settle: [done(one!), park(two!), retry(three!, NOW + 10)],
      publish: [mailTo('b', '6')],
    });
    const started = [instanceOf('i'), instanceOf('j'), instanceOf('k', { status: 'completed' })];
    await box.commit({ now: NOW, instances: started });
    const counts = await box.inspection.counts(NOW);
    expect(counts.messages).toBe(6);
    const states = ['done', 'suspended', 'waiting', 'leased', 'ready'].map((state) => ({
      subscriber: 'a',
      state,
      count: 1,
    }));
    expect(new Set(counts.deliveries)).toEqual(
      new Set([...states, { subscriber: subscriberOf.unrouted, state: 'suspended', count: 1 }]),
    );
    expect(new Set(counts.suspended)).toEqual(
      new Set([
        { subscriber: 'a', code: 'BROKEN', count: 1 },
        { subscriber: subscriberOf.unrouted, code: 'NO_SUBSCRIBER', count: 1 },
      ]),
    );
    expect(new Set(counts.instances)).toEqual(
      new Set([
        { program: 'process', status: 'waiting', count: 2 },
        { program: 'process', status: 'completed', count: 1 },
      ]),
    );
    const later = await box.inspection.counts(NOW + MINUTE);
    expect(later.deliveries).toContainEqual({ subscriber: 'a', state: 'ready', count: 3 });
  });

  check('counts follow what happens after they were asked for, and not what was undone', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1'), mailTo('a', '2')] });
    const [one, two] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [done(one!)] });
    expect((await box.inspection.counts(NOW)).deliveries).toContainEqual({ subscriber: 'a', state: 'done', count: 1 });
    const terminate = { kind: 'terminate', delivery: two!.id } as const;
    await box.commit({ now: NOW, operate: [terminate, terminate] }).catch(() => {});
    await box.commit({ now: NOW, settle: [done(two!)] });
    expect((await box.inspection.counts(NOW)).deliveries).toEqual([{ subscriber: 'a', state: 'done', count: 2 }]);
  });

  check('deliveries with a code, and all but those', async (box) => {
    const suspend = ['A', 'B'].map((code) => {
      const message = messageOf(code);
      return { message, subscriber: 'x', code, reason: 'because', resumable: true } as const;
    });
    await box.commit({ now: NOW, suspend });
    const found = async (query: object) =>
      (await box.inspection.deliveries({ limit: 10, ...query }, NOW)).map(({ code }) => code);
    expect(await found({ code: 'A' })).toEqual(['A']);
    expect(await found({ state: 'suspended', withoutCode: 'A' })).toEqual(['B']);
    expect(await found({ withoutCode: 'C' })).toEqual(['B', 'A']);
  });

  check('messages, newest first, by type, port and property, page by page', async (box) => {
    const keep = [
      messageOf('1', { [BUS.messageType]: 'report', [BUS.receivePort]: 'reports', 'report.id': 7 }),
      messageOf('2', { [BUS.messageType]: 'report', [BUS.receivePort]: 'other', 'report.id': '8' }),
      messageOf('3', { [BUS.messageType]: 'answer', [BUS.receivePort]: 'reports', urgent: true }),
    ];
    for (const message of keep) await box.commit({ now: NOW, keep: [message] });
    const found = async (query: object) =>
      (await box.inspection.messages({ limit: 10, ...query })).map(({ message, at }) => [message.id, at]);
    expect(await found({})).toEqual([
      ['3', NOW],
      ['2', NOW],
      ['1', NOW],
    ]);
    expect(await found({ limit: 2 })).toEqual([
      ['3', NOW],
      ['2', NOW],
    ]);
    expect(await found({ before: '2' })).toEqual([['1', NOW]]);
    expect(await found({ type: 'report' })).toEqual([
      ['2', NOW],
      ['1', NOW],
    ]);
    expect(await found({ receivePort: 'reports' })).toEqual([
      ['3', NOW],
      ['1', NOW],
    ]);
    expect(await found({ property: { name: 'report.id', value: '7' } })).toEqual([['1', NOW]]);
    expect(await found({ property: { name: 'urgent', value: 'true' } })).toEqual([['3', NOW]]);
    expect(await found({ property: { name: 'report.id', value: '9' } })).toEqual([]);
  });

  check('since when somebody is in line, of those who are', async (box) => {
    const publish = (id: string, at: number, to: string) =>
      box.commit({ now: NOW + at, publish: [{ message: messageOf(id, { to }) }] });
    await box.commit({
      now: NOW,
      subscribe: ['a', 'b', 'c'].map((id) => ({
        id,
        subscriber: id,
        where: [[{ property: 'to', op: '=', value: id }]],
      })),
    });
    await publish('a1', 1, 'a');
    await publish('a2', 2, 'a');
    await publish('b1', 3, 'b');
    const since = async () => [...(await box.inspection.inLineSince(['a', 'b', 'c', 'none']))].sort();
    expect(await since()).toEqual([
      ['a', NOW + 1],
      ['b', NOW + 3],
    ]);
    const [first] = await box.claim({ subscriber: 'a', limit: 1, now: NOW + 10, leaseUntil: NOW + 100 });
    expect((await since())[0]).toEqual(['a', NOW + 1]);
    await box.commit({
      now: NOW + 11,
      settle: [{ lease: first!.lease, as: 'retry', at: NOW + 500, code: 'C', reason: 'r' }],
    });
    expect((await since())[0]).toEqual(['a', NOW + 1]);
    const [second] = await box.claim({ subscriber: 'a', limit: 1, now: NOW + 20, leaseUntil: NOW + 100 });
    await box.commit({ now: NOW + 21, settle: [{ lease: second!.lease, as: 'done' }] });
    const [other] = await box.claim({ subscriber: 'b', limit: 1, now: NOW + 20, leaseUntil: NOW + 100 });
    await box.commit({
      now: NOW + 21,
      settle: [{ lease: other!.lease, as: 'suspend', code: 'C', reason: 'r', resumable: true }],
    });
    expect(await since()).toEqual([['a', NOW + 1]]);
  });

  check('messages since a time, however many are older', async (box) => {
    for (const at of [0, 1, 2])
      await box.commit({ now: NOW + at, keep: [messageOf(`m${at}`, { even: at % 2 === 0 })] });
    const found = async (query: object) =>
      (await box.inspection.messages({ limit: 10, ...query })).map(({ message }) => message.id);
    expect(await found({ since: NOW - 1 })).toEqual(['m2', 'm1', 'm0']);
    expect(await found({ since: NOW + 1 })).toEqual(['m2', 'm1']);
    expect(await found({ since: NOW + 1, property: { name: 'even', value: 'true' } })).toEqual(['m2']);
    expect(await found({ since: NOW + 1, limit: 1 })).toEqual(['m2']);
    expect(await found({ since: NOW + 3 })).toEqual([]);
  });

  check('a message with its deliveries and its history', async (box) => {
    const track = [
      { name: 'message-received', at: NOW, message: 'm', port: 'reports', data: { location: 'portal' } },
      { name: 'message-received', at: NOW, message: 'other', data: {} },
      { name: 'shape-passed', at: NOW + 1, message: 'm', instance: 'i', data: { attempt: 1, last: true } },
    ];
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')], track });
    const record = (await box.inspection.message('m'))!;
    expect(record.deliveries).toMatchObject([
      { message: 'm', subscriber: 'a', state: 'ready', since: NOW, dueAt: NOW },
    ]);
    expect(record.history).toEqual([track[0], track[2]]);
    expect(await box.inspection.message('unknown')).toBeUndefined();
  });

  check('deliveries, newest first, by state, subscriber, code and message, page by page', async (box) => {
    const typed = { message: messageOf('3', { to: 'b', [BUS.messageType]: 'report' }) };
    const publish = [mailTo('a', '1'), mailTo('a', '2'), typed];
    await box.commit({ now: NOW, subscribe: [addressed('a'), addressed('b')], publish });
    const [one, two] = await take(box, 'a');
    await box.commit({ now: NOW, settle: [park(one!), retry(two!, NOW + 10)] });
    const found = async (query: object, now = NOW) =>
      (await box.inspection.deliveries({ limit: 10, ...query }, now)).map(({ message }) => message);
    expect(await found({})).toEqual(['3', '2', '1']);
    expect(await found({ limit: 1 })).toEqual(['3']);
    expect(await found({ before: two!.id })).toEqual(['1']);
    expect(await found({ subscriber: 'a' })).toEqual(['2', '1']);
    expect(await found({ code: 'BROKEN' })).toEqual(['1']);
    expect(await found({ message: '3', state: 'ready' })).toEqual(['3']);
    expect(await found({ state: 'suspended' })).toEqual(['1']);
    expect(await found({ state: 'waiting' })).toEqual(['2']);
    expect(await found({ state: 'waiting' }, NOW + 10)).toEqual([]);
    expect(await found({ state: 'ready' }, NOW + 10)).toEqual(['3', '2']);
    expect((await box.inspection.deliveries({ message: '3', limit: 1 }, NOW))[0]!.messageType).toBe('report');
  });

  check('instances, newest first, with what they wait for', async (box) => {
    const [i, j] = [instanceOf('i'), instanceOf('j', { program: 'other', status: 'suspended' })];
    await box.commit({
      now: NOW,
      instances: [i],
      subscribe: [awaited(i)],
      timers: [{ id: 't', instance: 'i', at: NOW + 9 }],
    });
    await box.commit({
      now: NOW + 1,
      instances: [j],
      track: [{ name: 'instance-started', at: NOW + 1, instance: 'j', data: {} }],
    });
    const found = async (query: object) =>
      (await box.inspection.instances({ limit: 10, ...query })).map(({ instance }) => instance.id);
    expect(await found({})).toEqual(['j', 'i']);
    expect(await found({ limit: 1 })).toEqual(['j']);
    expect(await found({ before: 'j' })).toEqual(['i']);
    expect(await found({ program: 'other' })).toEqual(['j']);
    expect(await found({ status: 'waiting' })).toEqual(['i']);
    expect(await box.inspection.instance('i')).toEqual({
      instance: i,
      startedAt: NOW,
      changedAt: NOW,
      waitingFor: [awaited(i)],
      timers: [{ id: 't', at: NOW + 9 }],
      history: [],
    });
    expect((await box.inspection.instance('j'))!.history.map(({ name }) => name)).toEqual(['instance-started']);
    expect(await box.inspection.instance('x')).toBeUndefined();
  });

  check('the first answer to a message', async (box) => {
    const answers = ['1', '2'].map((id) => messageOf(id, { [BUS.responseTo]: 'question' }));
    await box.commit({ now: NOW, keep: [messageOf('question'), ...answers] });
    expect((await box.inspection.responseTo('question'))?.id).toBe('1');
    expect(await box.inspection.responseTo('1')).toBeUndefined();
  });
}
