/** Who owns what must run once, what a fence keeps out, and which definition is current. */
import type { MessageBox } from '../../contracts/message-box.ts';
import { WAKEUP } from '../../contracts/ownership.ts';
import { addressed, type Check, mailTo, NOW, refused, subjects, take } from './bench.ts';

const LEASE = 6000;

const own = (box: MessageBox, host: string, now: number, ...names: string[]) =>
  box.own({ host, names, now, until: now + LEASE });

export function ownershipContract(check: Check): void {
  check(
    'a name has one owner: another is left out until the time is over, and then gets a higher fence',
    async (box) => {
      expect(await own(box, 'a', NOW, 'x', 'y')).toEqual([
        { name: 'x', fence: 1 },
        { name: 'y', fence: 1 },
      ]);
      expect(await own(box, 'b', NOW + LEASE - 1, 'x', 'z')).toEqual([{ name: 'z', fence: 1 }]);
      expect(await own(box, 'b', NOW + LEASE, 'x')).toEqual([{ name: 'x', fence: 2 }]);
      expect(await own(box, 'a', NOW + LEASE, 'x', 'y')).toEqual([{ name: 'y', fence: 1 }]);
    },
  );

  check('who renews keeps the fence, and is never held shorter for a request that was late', async (box) => {
    await own(box, 'a', NOW, 'x');
    expect(await own(box, 'a', NOW + 5000, 'x')).toEqual([{ name: 'x', fence: 1 }]);
    expect(await own(box, 'a', NOW + 1000, 'x')).toEqual([{ name: 'x', fence: 1 }]);
    expect(await own(box, 'b', NOW + 5000 + LEASE - 1, 'x')).toEqual([]);
    expect(await own(box, 'b', NOW + 5000 + LEASE, 'x')).toEqual([{ name: 'x', fence: 2 }]);
  });

  check('of two who ask at once, one gets it', async (box) => {
    const answers = await Promise.all(['a', 'b', 'c'].map((host) => own(box, host, NOW, 'x')));
    expect(answers.flat()).toEqual([{ name: 'x', fence: 1 }]);
  });

  check('what was given up can be taken at once; what another holds by now is not given up', async (box) => {
    await own(box, 'a', NOW, 'x');
    await box.disown('b', ['x', 'nothing'], NOW);
    expect(await own(box, 'b', NOW, 'x')).toEqual([]);
    await box.disown('a', ['x'], NOW + 1);
    expect(await own(box, 'b', NOW + 1, 'x')).toEqual([{ name: 'x', fence: 2 }]);
    await box.disown('a', ['x'], NOW + 2);
    expect(await own(box, 'c', NOW + 2, 'x')).toEqual([]);
    expect(await box.owners()).toEqual([{ name: 'x', host: 'b', fence: 2, since: NOW + 1, until: NOW + 1 + LEASE }]);
  });

  check('whoever waits for a name is woken when it is given up', async (box) => {
    const woken: string[] = [];
    box.onWakeup((subscriber) => woken.push(subscriber));
    await own(box, 'a', NOW, 'x');
    await box.disown('a', ['x'], NOW);
    await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toContain(WAKEUP.ownership);
  });

  check('owners and their fences outlive the box', async (box, { reopen }) => {
    await own(box, 'a', NOW, 'x');
    if (!reopen) return;
    const again = await reopen();
    const [taken] = await own(again, 'b', NOW + LEASE, 'x');
    expect(taken).toEqual({ name: 'x', fence: 2 });
  });

  fences(check);
  deployments(check);
}

function fences(check: Check): void {
  check('a unit under a fence of yesterday is refused whole', async (box) => {
    const [first] = await own(box, 'a', NOW, 'x');
    await box.commit({ now: NOW, subscribe: [addressed('s')], owned: [first!], publish: [mailTo('s', '1')] });
    const [second] = await own(box, 'b', NOW + LEASE, 'x');
    const late = box.commit({ now: NOW, owned: [first!], publish: [mailTo('s', '2')] });
    await expect(late).rejects.toEqual(refused('OWNERSHIP_LOST'));
    await box.commit({ now: NOW, owned: [second!], publish: [mailTo('s', '3')] });
    expect(subjects(await take(box, 's', NOW + LEASE))).toEqual(['1', '3']);
  });

  check('one lost name among several refuses the unit; units beside it are not harmed', async (box) => {
    const [x] = await own(box, 'a', NOW, 'x');
    const [y] = await own(box, 'b', NOW, 'y');
    await box.commit({ now: NOW, subscribe: [addressed('s')] });
    await box.disown('b', ['y'], NOW);
    const both = box.commit({ now: NOW, owned: [x!, y!], publish: [mailTo('s', '1')] });
    const beside = box.commit({ now: NOW, owned: [x!], publish: [mailTo('s', '2')] });
    await expect(both).rejects.toEqual(refused('OWNERSHIP_LOST'));
    await beside;
    expect(subjects(await take(box, 's'))).toEqual(['2']);
  });

  check('a fence that nobody gave is refused', async (box) => {
    const unit = { now: NOW, owned: [{ name: 'x', fence: 0 }] };
    await expect(box.commit(unit)).rejects.toEqual(refused('OWNERSHIP_LOST'));
    await own(box, 'a', NOW, 'x');
    for (const fence of [0, 2]) {
      await expect(box.commit({ now: NOW, owned: [{ name: 'x', fence }] })).rejects.toEqual(refused('OWNERSHIP_LOST'));
    }
  });

  check('until another takes the name, its last owner may write, though the time is over', async (box) => {
    const [x] = await own(box, 'a', NOW, 'x');
    await box.commit({ now: NOW + 10 * LEASE, owned: [x!] });
    await box.disown('a', ['x'], NOW + 10 * LEASE);
    await expect(box.commit({ now: NOW, owned: [x!] })).rejects.toEqual(refused('OWNERSHIP_LOST'));
  });
}

function deployments(check: Check): void {
  const definition = (hash: string) => ({ hash, name: 'bus', content: '{}' });

  check('what was deployed last is current, also when it was deployed before', async (box, { reopen }) => {
    expect(await box.deployed()).toBeUndefined();
    await box.commit({ now: NOW, deploy: [definition('1')] });
    await box.commit({ now: NOW, deploy: [definition('2')] });
    expect(await box.deployed()).toBe('2');
    await box.commit({ now: NOW, deploy: [definition('1')] });
    expect(await box.deployed()).toBe('1');
    expect(await box.definition('2')).toEqual(definition('2'));
    if (reopen) expect(await (await reopen()).deployed()).toBe('1');
  });

  check('whoever follows is woken by a deployment', async (box) => {
    const woken: string[] = [];
    box.onWakeup((subscriber) => woken.push(subscriber));
    await box.commit({ now: NOW, deploy: [definition('1')] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toContain(WAKEUP.deployment);
  });

  check('an answer that nobody waits for is kept where the publisher says so', async (box) => {
    const mail = mailTo('nobody', '1');
    await box.commit({ now: NOW, publish: [{ ...mail, unrouted: 'keep' }] });
    expect((await box.read(['1']))[0]?.id).toBe('1');
    expect(await box.inspection.deliveries({ limit: 10 }, NOW)).toEqual([]);
  });
}
