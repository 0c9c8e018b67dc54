/** What the MessageBox holds, asked through its own inspection: nothing of how a store keeps it is known here. */
import type { DeliveryRecord, InstanceRecord } from '../../runtime/contracts/inspection.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import type { Subscription } from '../../runtime/contracts/routing.ts';
import { hasEnded } from './ledger.ts';

export interface Stock {
  readonly messages: ReadonlyMap<string, Message>;
  readonly deliveries: readonly DeliveryRecord[];
  readonly instances: readonly InstanceRecord[];
  readonly subscriptions: readonly Subscription[];
  /** Deliveries that should still go on by themselves: those of a suspended instance, or behind a suspended one, wait for an operator. */
  readonly open: readonly DeliveryRecord[];
  /** Instances that should still go on by themselves. */
  readonly running: readonly InstanceRecord[];
}

const ALL = 1_000_000;

export async function takeStock({ inspection }: MessageBox, now: number): Promise<Stock> {
  const [messages, deliveries, instances, subscriptions] = await Promise.all([
    inspection.messages({ limit: ALL }),
    inspection.deliveries({ limit: ALL }, now),
    inspection.instances({ limit: ALL }),
    inspection.subscriptions(),
  ]);
  const status = new Map(instances.map(({ instance }) => [instance.id, instance.status]));
  const open = deliveries.filter(({ state, instance, code }) => {
    if (state !== 'ready' && state !== 'leased' && state !== 'waiting') return false;
    if (code === 'ORDER_STOPPED') return false;
    // What is handed out for a suspended instance is an operator's signal.
    return instance === undefined || status.get(instance) !== 'suspended' || state === 'leased';
  });
  const running = instances.filter(({ instance }) => !hasEnded(instance) && instance.status !== 'suspended');
  return {
    messages: new Map(messages.map(({ message }) => [message.id, message])),
    deliveries,
    instances,
    subscriptions,
    open,
    running,
  };
}
