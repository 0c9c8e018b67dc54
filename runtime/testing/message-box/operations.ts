/** Operations: resume and terminate, what they refuse, and the trace that they leave. */
import type { MessageBox, Operation } from '../../contracts/message-box.ts';
import {
  addressed,
  awaited,
  type Check,
  deliveryOf,
  done,
  instanceOf,
  mailFor,
  mailTo,
  NOW,
  park,
  refused,
  subjects,
  take,
} from './bench.ts';

async function suspended(box: MessageBox, resumable = true): Promise<string> {
  await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
  const [delivery] = await take(box, 'a');
  await box.commit({ now: NOW, settle: [park(delivery!, resumable)] });
  return delivery!.id;
}

const operating = (box: MessageBox, operation: Operation) => box.commit({ now: NOW + 1, operate: [operation] });

export function operationContract(check: Check): void {
  check('a resumed delivery is ready again and counts from the start', async (box) => {
    const delivery = await suspended(box);
    await operating(box, { kind: 'resume', delivery });
    expect(await deliveryOf(box, 'm')).toMatchObject({
      state: 'waiting',
      attempt: 0,
      code: undefined,
      reason: undefined,
    });
    expect((await take(box, 'a', NOW + 1))[0]).toMatchObject({ id: delivery, attempt: 1 });
    const { history } = (await box.inspection.message('m'))!;
    expect(history).toEqual([
      { name: 'message-resumed', at: NOW + 1, message: 'm', data: { delivery, subscriber: 'a' } },
    ]);
  });

  check('what is not resumable, not suspended or not there is refused', async (box) => {
    const delivery = await suspended(box, false);
    await box.commit({ now: NOW, publish: [mailTo('a', 'ready')] });
    const ready = (await deliveryOf(box, 'ready')).id;
    for (const [id, code] of [
      [delivery, 'NOT_RESUMABLE'],
      [ready, 'NOT_SUSPENDED'],
      ['d99', 'NOT_FOUND'],
      ['nonsense', 'NOT_FOUND'],
    ] as const) {
      await expect(operating(box, { kind: 'resume', delivery: id })).rejects.toEqual(refused(code));
    }
  });

  check('an unrouted message is routed anew once somebody takes it', async (box) => {
    await box.commit({ now: NOW, publish: [mailTo('a', 'm')] });
    const delivery = (await deliveryOf(box, 'm')).id;
    await operating(box, { kind: 'resume', delivery });
    expect(await deliveryOf(box, 'm')).toMatchObject({ id: delivery, state: 'suspended', code: 'NO_SUBSCRIBER' });
    await box.commit({ now: NOW, subscribe: [addressed('a')], operate: [{ kind: 'resume', delivery }] });
    expect((await take(box, 'a'))[0]).toMatchObject({ work: { message: { id: 'm' } }, subscription: 'a takes' });
    await expect(operating(box, { kind: 'resume', delivery })).rejects.toEqual(refused('NOT_SUSPENDED'));
  });

  check('a terminated delivery is final, and its message stays on record', async (box) => {
    const delivery = await suspended(box);
    await operating(box, { kind: 'terminate', delivery });
    expect(await deliveryOf(box, 'm')).toMatchObject({ state: 'terminated', since: NOW + 1 });
    const { history } = (await box.inspection.message('m'))!;
    expect(history.map(({ name }) => name)).toEqual(['message-terminated']);
    await expect(operating(box, { kind: 'terminate', delivery })).rejects.toEqual(refused('ALREADY_ENDED'));
    await expect(operating(box, { kind: 'resume', delivery })).rejects.toEqual(refused('NOT_SUSPENDED'));
    await expect(operating(box, { kind: 'terminate', delivery: 'd99' })).rejects.toEqual(refused('NOT_FOUND'));
  });

  check('terminating takes the delivery from whoever works on it', async (box) => {
    await box.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'm')] });
    const [taken] = await take(box, 'a');
    await operating(box, { kind: 'terminate', delivery: taken!.id });
    await expect(box.commit({ now: NOW, settle: [done(taken!)] })).rejects.toEqual(refused('LEASE_LOST'));
  });

  check('terminating the first delivery of an instance lets the next one go on', async (box) => {
    const instance = instanceOf('i');
    await box.commit({ now: NOW, instances: [instance], subscribe: [awaited(instance)] });
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    const delivery = (await deliveryOf(box, '1')).id;
    await operating(box, { kind: 'terminate', delivery });
    expect(subjects(await take(box, instance.subscriber))).toEqual(['2']);
  });

  check('instances are resumed when suspended and terminated until they have ended', async (box) => {
    await box.commit({ now: NOW, instances: [instanceOf('i')] });
    const resume = { kind: 'resume-instance', instance: 'i' } as const;
    const terminate = { kind: 'terminate-instance', instance: 'i' } as const;
    await expect(operating(box, resume)).rejects.toEqual(refused('NOT_SUSPENDED'));
    await expect(operating(box, { ...resume, instance: 'x' })).rejects.toEqual(refused('NOT_FOUND'));
    await expect(operating(box, { ...terminate, instance: 'x' })).rejects.toEqual(refused('NOT_FOUND'));
    await box.commit({ now: NOW, instances: [instanceOf('i', { revision: 2, status: 'suspended' })] });
    await operating(box, resume);
    await operating(box, terminate);
    expect(await take(box, 'orchestration:process', NOW + 1)).toEqual([]);
    await expect(operating(box, terminate)).rejects.toEqual(refused('ALREADY_ENDED'));
    const { history } = (await box.inspection.instance('i'))!;
    expect(history.map(({ name, at }) => [name, at])).toEqual([
      ['instance-resumed', NOW + 1],
      ['instance-terminated', NOW + 1],
    ]);
  });
}
