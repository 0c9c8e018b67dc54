/** Closing, and what is there when the store is opened again. Stores that keep nothing need not open again. */
import { bytesOf } from '../../contracts/message.ts';
import type { MessageBox } from '../../contracts/message-box.ts';
import { BUS } from '../../contracts/properties.ts';
import {
  addressed,
  awaited,
  type Check,
  done,
  instanceOf,
  MINUTE,
  mailFor,
  mailTo,
  messageOf,
  NOW,
  refused,
  subjects,
  take,
} from './bench.ts';

export function durabilityContract(check: Check): void {
  closing(check);
  /** Boxes that keep nothing are closed, opened and asked for nothing. */
  const again = (
    title: string,
    before: (box: MessageBox) => Promise<void>,
    after: (box: MessageBox) => Promise<void>,
  ) =>
    check(`opened again: ${title}`, async (box, opened) => {
      await before(box);
      if (!opened.reopen) return;
      await after(await opened.reopen());
    });
  contents(again);
  routing(again);
}

type Again = (
  title: string,
  before: (box: MessageBox) => Promise<void>,
  after: (box: MessageBox) => Promise<void>,
) => void;

function closing(check: Check): void {
  check('closing waits for what is under way; later calls are refused', async (box) => {
    const last = box.commit({ now: NOW, publish: [mailTo('a', 'm')] });
    await Promise.all([box.close(), box.close()]);
    expect((await last).routed[0]!.message).toBe('m');
    await box.close();
    const closed = refused('STORE_CLOSED');
    await expect(box.commit({ now: NOW })).rejects.toEqual(closed);
    await expect(take(box, 'a')).rejects.toEqual(closed);
    await expect(box.extend([], NOW)).rejects.toEqual(closed);
    await expect(box.read(['m'])).rejects.toEqual(closed);
    await expect(box.definition('h')).rejects.toEqual(closed);
    await expect(box.inspection.counts(NOW)).rejects.toEqual(closed);
  });
}

function contents(again: Again): void {
  again(
    'messages, with large parts and shared ones',
    async (box) => {
      const large = messageOf('large', { [BUS.messageType]: 'file' }, Buffer.alloc(1_000_000, 'x'));
      await box.commit({ now: NOW, keep: [large, { ...large, id: 'copy' }, messageOf('small', { n: 1 }, 'é')] });
    },
    async (box) => {
      const [large, copy, small] = await box.read(['large', 'copy', 'small']);
      expect(large).toMatchObject({ interchange: 'large', type: 'file' });
      for (const message of [large, copy]) {
        expect(message!.parts[0].size).toBe(1_000_000);
        expect(Buffer.from(await bytesOf(message!.parts[0])).equals(Buffer.alloc(1_000_000, 'x'))).toBe(true);
      }
      expect(small!.context.get('n')).toEqual({ value: 1, promoted: true });
      expect(Buffer.from(await bytesOf(small!.parts[0])).toString()).toBe('é');
      await box.commit({ now: NOW, keep: [{ ...large!, id: 'derived' }] });
      const [derived] = await box.read(['derived']);
      expect((await bytesOf(derived!.parts[0])).byteLength).toBe(1_000_000);
    },
  );

  again(
    'history, definitions and duplicates',
    async (box) => {
      const keys = [{ scope: 's', key: 'k' }];
      const track = [{ name: 'message-received', at: NOW, message: 'm', data: { size: 3 } }];
      const deploy = [{ hash: 'h', name: 'n', content: 'c' }];
      await box.commit({ now: NOW, deploy, publish: [{ ...mailTo('a', 'm'), keys }], track });
    },
    async (box) => {
      expect((await box.inspection.message('m'))!.history).toMatchObject([{ data: { size: 3 } }]);
      expect(await box.definition('h')).toEqual({ hash: 'h', name: 'n', content: 'c' });
      const keys = [{ scope: 's', key: 'k' }];
      const { routed } = await box.commit({ now: NOW, publish: [{ ...mailTo('a', 'n'), keys }] });
      expect(routed[0]!.duplicateOf).toBe('m');
    },
  );
}

function routing(again: Again): void {
  again(
    'subscriptions match, in their old order',
    async (box) => {
      await box.commit({ now: NOW, subscribe: [addressed('a', { id: '1' }), addressed('a', { id: '2' })] });
      await box.commit({ now: NOW, subscribe: [addressed('a', { id: '1' })] });
    },
    async (box) => {
      const { routed } = await box.commit({ now: NOW, publish: [mailTo('a', 'm')] });
      expect(routed[0]!.subscriptions).toEqual(['1', '2']);
    },
  );

  again(
    'what was under way goes on at once, and the old lease is void',
    async (box) => {
      await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', '1'), mailTo('a', '2')] });
      const [one] = await take(box, 'a', NOW, 1);
      await box.commit({ now: NOW, settle: [done(one!)] });
      const [two] = await take(box, 'a', NOW, 1);
      await box.commit({ now: NOW, keep: [messageOf('lease', { lease: two!.lease })] });
    },
    async (box) => {
      const [kept] = await box.read(['lease']);
      const old = { lease: String(kept!.context.get('lease')!.value), as: 'done' } as const;
      await expect(box.commit({ now: NOW, settle: [old] })).rejects.toEqual(refused('LEASE_LOST'));
      const [two, ...others] = await take(box, 'a');
      expect(two).toMatchObject({ work: { message: { id: '2' } }, attempt: 2 });
      expect(others).toEqual([]);
      await expect(box.commit({ now: NOW, settle: [old] })).rejects.toEqual(refused('LEASE_LOST'));
    },
  );

  const instance = instanceOf('i');
  again(
    'instances, their timers and the order of what waits for them',
    async (box) => {
      const timers = [{ id: 't', instance: 'i', at: NOW + MINUTE }];
      await box.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance)], timers });
      await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
      await take(box, instance.subscriber);
    },
    async (box) => {
      const seen: string[] = [];
      for (const at of [NOW, NOW, NOW + MINUTE]) {
        const [delivery] = await take(box, instance.subscriber, at);
        expect(delivery!.instance).toEqual(instance);
        seen.push(...subjects([delivery!]));
        await box.commit({ now: at, settle: [done(delivery!)] });
      }
      expect(seen).toEqual(['1', '2', 'timer t']);
    },
  );
}
