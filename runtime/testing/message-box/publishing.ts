/** Publishing: matching, unrouted messages, duplicates, suspensions, and that messages come back as they went in. */
import { bytesOf, type Message, type Part } from '../../contracts/message.ts';
import { BUS, subscriberOf } from '../../contracts/properties.ts';
import { addressed, type Check, deliveryOf, mailTo, messageOf, NOW, subjects, subscriptionOf, take } from './bench.ts';

export function publishContract(check: Check): void {
  check('one delivery for every subscription that matches, in the order of subscribing', async (box) => {
    const subscribe = [
      subscriptionOf('b', { colour: 'red' }, { id: '2' }),
      subscriptionOf('a', { colour: 'red' }, { id: '1' }),
      subscriptionOf('c', { colour: 'blue' }, { id: '3' }),
    ];
    const receipt = await box.commit({
      now: NOW,
      subscribe,
      publish: [{ message: messageOf('m', { colour: 'red' }) }],
    });
    expect(receipt).toEqual({ routed: [{ message: 'm', subscriptions: ['2', '1'] }], suspended: [] });
    expect(subjects(await take(box, 'a'))).toEqual(['m']);
    expect((await take(box, 'b'))[0]).toMatchObject({ subscriber: 'b', subscription: '2', attempt: 1 });
    expect(await take(box, 'c')).toEqual([]);
  });

  check('a subscription takes a message once, however many of its groups match', async (box) => {
    const where = [[{ property: 'a', op: '=', value: 1 }], [{ property: 'b', op: 'exists' }]] as const;
    await box.commit({ now: NOW, subscribe: [{ id: 's', subscriber: 's', where }] });
    const receipt = await box.commit({ now: NOW, publish: [{ message: messageOf('m', { a: 1, b: true }) }] });
    expect(receipt.routed[0]!.subscriptions).toEqual(['s']);
    expect(await take(box, 's')).toHaveLength(1);
  });

  check('two subscriptions of one subscriber are two deliveries, each settled by itself', async (box) => {
    const subscribe = ['1', '2'].map((id) => subscriptionOf('a', { colour: 'red' }, { id }));
    await box.commit({ now: NOW, subscribe, publish: [{ message: messageOf('m', { colour: 'red' }) }] });
    const [first, second] = await take(box, 'a');
    expect([first!.subscription, second!.subscription]).toEqual(['1', '2']);
    await box.commit({ now: NOW, settle: [{ lease: first!.lease, as: 'done' }] });
    const left = await box.inspection.deliveries({ state: 'leased', limit: 10 }, NOW);
    expect(left.map(({ subscription }) => subscription)).toEqual(['2']);
  });

  check('only promoted properties are matched', async (box) => {
    const context = new Map([['to', { value: 'a', promoted: false }]]);
    const publish = [{ message: { ...messageOf('m'), context } }];
    const receipt = await box.commit({ now: NOW, subscribe: [addressed('a')], publish });
    expect(receipt.routed[0]!.subscriptions).toEqual([]);
  });

  check('what nobody takes is suspended, resumable', async (box) => {
    const receipt = await box.commit({ now: NOW, publish: [mailTo('nobody', 'm')] });
    expect(receipt.routed).toEqual([{ message: 'm', subscriptions: [] }]);
    expect(await deliveryOf(box, 'm')).toMatchObject({
      state: 'suspended',
      subscriber: subscriberOf.unrouted,
      code: 'NO_SUBSCRIBER',
      resumable: true,
    });
    expect(await take(box, subscriberOf.unrouted)).toEqual([]);
  });

  check('what nobody takes leaves no trace when it may be discarded', async (box) => {
    const keys = [{ scope: 'port', key: '1' }];
    const unit = { now: NOW, publish: [{ ...mailTo('a', 'm'), keys, unrouted: 'discard' as const }] };
    expect((await box.commit(unit)).routed).toEqual([{ message: 'm', subscriptions: [] }]);
    expect(await box.read(['m'])).toEqual([undefined]);
    await box.commit({ now: NOW, subscribe: [addressed('a')] });
    expect((await box.commit(unit)).routed[0]).toMatchObject({ subscriptions: ['a takes'] });
  });

  check('a subscription can be replaced and removed', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a'), addressed('b')] });
    await box.commit({ now: NOW, subscribe: [subscriptionOf('a', { to: 'elsewhere' })], unsubscribe: ['b takes'] });
    const { routed } = await box.commit({
      now: NOW,
      publish: [mailTo('a', '1'), mailTo('b', '2'), mailTo('elsewhere', '3')],
    });
    expect(routed.map(({ subscriptions }) => subscriptions)).toEqual([[], [], ['a takes']]);
  });

  roundTrips(check);
  duplicates(check);
  suspensions(check);
}

function roundTrips(check: Check): void {
  check('a message comes back as it went in', async (box) => {
    const context: Message['context'] = new Map([
      ['text', { value: 'ä "quoted"', promoted: true }],
      ['number', { value: -1.5, promoted: true }],
      ['boolean', { value: false, promoted: true }],
      ['__proto__', { value: 'carried', promoted: false }],
    ]);
    const [body] = messageOf('m', {}, Uint8Array.from([0, 255, 10])).parts;
    const [photo] = messageOf('m', {}, '').parts;
    const parts: Message['parts'] = [body, { ...photo, name: 'photo', contentType: 'image/png' }];
    const message: Message = { id: 'm', interchange: 'i', type: 'report', parts, context, document: { a: [1] } };
    await box.commit({ now: NOW, subscribe: [subscriptionOf('a', { boolean: false })], publish: [{ message }] });
    const [delivery] = await take(box, 'a');
    const work = delivery!.work as { message: Message };
    expect(work.message).toMatchObject({ id: 'm', interchange: 'i', type: 'report', document: { a: [1] } });
    expect(new Map(work.message.context)).toEqual(context);
    expect(work.message.parts.map(({ name, contentType, size }) => [name, contentType, size])).toEqual([
      ['body', 'text/plain', 3],
      ['photo', 'image/png', 0],
    ]);
    expect([...(await bytesOf(work.message.parts[0]))]).toEqual([0, 255, 10]);
  });

  check('what is kept can be read but is not routed', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], keep: [messageOf('m', { to: 'a' })] });
    expect(await take(box, 'a')).toEqual([]);
    const [found, missing] = await box.read(['m', 'unknown']);
    expect(found?.id).toBe('m');
    expect(missing).toBeUndefined();
  });

  check('a part may be a stream', async (box) => {
    const part: Part = { ...messageOf('m').parts[0], size: undefined, open: chunks };
    const { bytes: _, ...streamed } = part;
    const message = { ...messageOf('m'), parts: [streamed] as const };
    await box.commit({ now: NOW, keep: [message, { ...message, id: 'n' }] });
    for (const found of await box.read(['m', 'n'])) {
      expect(Buffer.from(await bytesOf(found!.parts[0])).toString()).toBe('in two');
    }
  });

  check('a stream that breaks rejects the commit, and nothing of it is written', async (box) => {
    const { bytes: _, ...part } = { ...messageOf('m').parts[0], open: broken };
    const publish = [mailTo('a', 'before'), { message: { ...messageOf('m'), parts: [part] as const } }];
    await expect(box.commit({ now: NOW, publish })).rejects.toThrow('the stream broke');
    expect(await box.read(['before', 'm'])).toEqual([undefined, undefined]);
  });

  check('a message of a known id replaces what was stored under it', async (box) => {
    await box.commit({ now: NOW, keep: [messageOf('m', {}, 'raw')] });
    const typed = messageOf('m', { [BUS.messageType]: 'report', to: 'a' }, 'decoded');
    await box.commit({ now: NOW + 1, subscribe: [addressed('a')], publish: [{ message: typed }] });
    const record = await box.inspection.message('m');
    expect(record).toMatchObject({ at: NOW, message: { type: 'report' }, deliveries: [{ subscriber: 'a' }] });
    expect(Buffer.from(await bytesOf(record!.message.parts[0])).toString()).toBe('decoded');
  });
}

async function* chunks() {
  yield Buffer.from('in ');
  yield Buffer.from('two');
}

async function* broken() {
  yield Buffer.from('in ');
  throw new Error('the stream broke');
}

function duplicates(check: Check): void {
  const key = (value: string) => ({ scope: 'port', key: value });

  check('a known key makes a publication a duplicate of the first message', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [{ ...mailTo('a', '1'), keys: [key('k')] }] });
    const again = { ...mailTo('a', '2'), keys: [key('new'), key('k')] };
    const { routed } = await box.commit({ now: NOW, publish: [again] });
    expect(routed).toEqual([{ message: '2', subscriptions: [], duplicateOf: '1' }]);
    expect(subjects(await take(box, 'a'))).toEqual(['1']);
    expect(await box.read(['2'])).toEqual([undefined]);
  });

  check('a key that was seen before its window does not count, and begins anew', async (box) => {
    const within = (at: number, ms: number) => [{ ...key('k'), notBefore: at - ms }];
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [{ ...mailTo('a', '1'), keys: [key('k')] }] });
    const publishAt = async (id: string, at: number) =>
      (await box.commit({ now: at, publish: [{ ...mailTo('a', id), keys: within(at, 100) }] })).routed[0]!.duplicateOf;
    expect(await publishAt('2', NOW + 100)).toBe('1');
    expect(await publishAt('3', NOW + 101)).toBeUndefined();
    expect(await publishAt('4', NOW + 201)).toBe('3');
    const both = ['5', '6'].map((id) => ({ ...mailTo('a', id), keys: within(NOW + 500, 100) }));
    const { routed } = await box.commit({ now: NOW + 500, publish: both });
    expect(routed.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, '5']);
  });

  check('the keys of a duplicate are not taken, and scopes are apart', async (box) => {
    const publish = [
      { ...mailTo('a', '1'), keys: [key('k')] },
      { ...mailTo('a', '2'), keys: [key('k'), key('new')] },
      { ...mailTo('a', '3'), keys: [key('new')] },
      { ...mailTo('a', '4'), keys: [{ scope: 'other', key: 'k' }] },
    ];
    const { routed } = await box.commit({ now: NOW, publish });
    expect(routed.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, '1', undefined, undefined]);
  });

  check('of concurrent publications with one key only the first is published', async (box) => {
    const units = ['1', '2', '3'].map((id) => ({ now: NOW, publish: [{ ...mailTo('a', id), keys: [key('k')] }] }));
    const receipts = await Promise.all(units.map((unit) => box.commit(unit)));
    expect(receipts.map(({ routed }) => routed[0]!.duplicateOf)).toEqual([undefined, '1', '1']);
  });

  check('suspensions and publications share keys', async (box) => {
    const suspension = {
      subscriber: 'receive:p/l',
      code: 'BROKEN',
      reason: 'broken',
      resumable: true,
      keys: [key('k')],
    };
    const first = await box.commit({ now: NOW, suspend: [{ ...suspension, message: messageOf('1') }] });
    expect(first.suspended).toEqual([{ message: '1' }]);
    const second = await box.commit({
      now: NOW,
      publish: [{ ...mailTo('a', '2'), keys: [key('k')] }],
      suspend: [{ ...suspension, message: messageOf('3') }],
    });
    expect(second.routed[0]!.duplicateOf).toBe('1');
    expect(second.suspended).toEqual([{ message: '3', duplicateOf: '1' }]);
  });
}

function suspensions(check: Check): void {
  check('a suspension waits under its subscriber until it is resumed', async (box) => {
    const suspension = { subscriber: 'receive:p/l', code: 'BROKEN', reason: 'no root', resumable: true };
    await box.commit({ now: NOW, suspend: [{ ...suspension, message: messageOf('m', { to: 'a' }) }] });
    const record = await deliveryOf(box, 'm');
    expect(record).toMatchObject({ ...suspension, state: 'suspended', subscription: undefined, attempt: 0 });
    expect(await take(box, 'receive:p/l')).toEqual([]);
    await box.commit({ now: NOW, operate: [{ kind: 'resume', delivery: record.id }] });
    expect((await take(box, 'receive:p/l'))[0]).toMatchObject({ attempt: 1, subscription: undefined });
  });

  check('a report takes its place where somebody subscribes to it', async (box) => {
    const suspension = { subscriber: 'send:p', code: 'BROKEN', reason: 'no root', resumable: true };
    const unit = (id: string) => ({
      now: NOW,
      suspend: [{ ...suspension, message: messageOf(id), report: messageOf(id, { to: 'errors' }, 'report') }],
    });
    expect((await box.commit(unit('1'))).suspended).toEqual([{ message: '1' }]);
    expect(await deliveryOf(box, '1')).toMatchObject({ ...suspension, state: 'suspended' });
    await box.commit({ now: NOW, subscribe: [addressed('errors')] });
    expect((await box.commit(unit('2'))).suspended).toEqual([{ message: '2' }]);
    const [taken] = await take(box, 'errors');
    expect(taken).toMatchObject({ work: { message: { id: '2' } }, subscription: 'errors takes' });
    expect(await box.inspection.deliveries({ state: 'suspended', limit: 10 }, NOW)).toHaveLength(1);
  });
}
