/** How far sources have been read: moved together with what came of it, or not at all. */
import { addressed, type Check, mailTo, NOW, refused, subjects, take } from './bench.ts';

export function watermarkContract(check: Check): void {
  check('a watermark moves together with what is published', async (box, { reopen }) => {
    await box.commit({
      now: NOW,
      subscribe: [addressed('a')],
      watermarks: [{ name: 'receive:b/c', from: null, to: '2026-06-01T08:00:00Z' }],
      publish: [mailTo('a', 'one')],
    });
    await box.commit({ now: NOW + 1, watermarks: [{ name: 'receive:a/b', to: '17' }] });
    const known = [
      { name: 'receive:a/b', value: '17', at: NOW + 1 },
      { name: 'receive:b/c', value: '2026-06-01T08:00:00Z', at: NOW },
    ];
    expect(await box.inspection.watermarks()).toEqual(known);
    if (reopen) box = await reopen();
    expect(await box.inspection.watermarks()).toEqual(known);
    expect(subjects(await take(box, 'a'))).toEqual(['one']);
  });

  check('one that is not where it was thought to be refuses the whole unit', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], watermarks: [{ name: 'x', from: null, to: '1' }] });
    for (const from of [null, '0']) {
      const late = { now: NOW, watermarks: [{ name: 'x', from, to: '2' }], publish: [mailTo('a', 'never')] };
      await expect(box.commit(late)).rejects.toEqual(refused('WATERMARK_MOVED'));
    }
    const nowhere = { now: NOW, watermarks: [{ name: 'y', from: '1', to: '2' }] };
    await expect(box.commit(nowhere)).rejects.toEqual(refused('WATERMARK_MOVED'));
    expect(await box.inspection.watermarks()).toEqual([{ name: 'x', value: '1', at: NOW }]);
    expect(await take(box, 'a')).toEqual([]);
  });

  check('of two who move it from the same place at once, one does', async (box) => {
    const moves = ['1', '2', '3'].map((to) => box.commit({ now: NOW, watermarks: [{ name: 'x', from: null, to }] }));
    const done = (await Promise.allSettled(moves)).filter(({ status }) => status === 'fulfilled');
    expect(done).toHaveLength(1);
    expect(await box.inspection.watermarks()).toHaveLength(1);
  });

  check('it is set and forgotten wherever it is', async (box) => {
    await box.commit({ now: NOW, watermarks: [{ name: 'x', to: '1' }] });
    await box.commit({ now: NOW + 1, watermarks: [{ name: 'x', to: '5' }] });
    expect(await box.inspection.watermarks()).toEqual([{ name: 'x', value: '5', at: NOW + 1 }]);
    await box.commit({
      now: NOW,
      watermarks: [
        { name: 'x', to: null },
        { name: 'never', to: null },
      ],
    });
    expect(await box.inspection.watermarks()).toEqual([]);
    await box.commit({
      now: NOW,
      watermarks: [
        { name: 'x', from: null, to: '2' },
        { name: 'x', from: '2', to: '3' },
      ],
    });
    expect(await box.inspection.watermarks()).toEqual([{ name: 'x', value: '3', at: NOW }]);
  });

  check('a unit that is refused for something else leaves it where it is', async (box) => {
    await box.commit({ now: NOW, watermarks: [{ name: 'x', to: '1' }] });
    const unowned = { now: NOW, owned: [{ name: 'x', fence: 9 }], watermarks: [{ name: 'x', from: '1', to: '2' }] };
    await expect(box.commit(unowned)).rejects.toEqual(refused('OWNERSHIP_LOST'));
    expect(await box.inspection.watermarks()).toEqual([{ name: 'x', value: '1', at: NOW }]);
  });
}
