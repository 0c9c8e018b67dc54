/** The store itself when all hosts have gone: what it keeps of instances, and the history of what failed. */
import { createSystemClock } from '../../runtime/clock/system.ts';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { openPostgres } from '../../runtime/message-box/postgres.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';
import type { Store } from './stage.ts';

export function openAfter(store: Store): Promise<MessageBox> | MessageBox {
  const clock = createSystemClock();
  if (store.kind === 'postgres') return openPostgres(store.server.url, { clock });
  return openSqlite(store.path, { now: clock.now });
}

/** The instances that have subscriptions. */
export async function subscribers(box: MessageBox): Promise<string[]> {
  const all = await box.inspection.subscriptions();
  return all.flatMap(({ instance }) => (instance === undefined ? [] : [instance]));
}

/** What is left to be done for anything but an instance that is suspended or waits: there must be none. */
export async function leftOver(box: MessageBox): Promise<string[]> {
  const lines: string[] = [];
  for (const state of ['ready', 'leased'] as const) {
    const found = await box.inspection.deliveries({ state, limit: 1000 }, Date.now());
    for (const { id, subscriber, instance } of found) {
      const record = instance === undefined ? undefined : await box.inspection.instance(instance);
      if (record?.instance.status !== 'suspended') lines.push(`${id} is ${state} for ${subscriber} ${instance ?? ''}`);
    }
  }
  return lines;
}

const PROPERTIES = ['report.id', 'survey.id', 'tax.account', 'works.reference', 'county.reference'];

/** What happened to everything of a report, as an operator would read it. */
export async function historyOf(box: MessageBox, tag: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of PROPERTIES) {
    const found = await box.inspection.messages({ property: { name, value: tag }, limit: 50 });
    for (const { message, at } of found.toReversed()) {
      const record = await box.inspection.message(message.id);
      lines.push(`  ${new Date(at).toISOString()} ${message.type ?? 'untyped'} ${message.id}`);
      for (const { subscriber, state, attempt, code, reason } of record?.deliveries ?? []) {
        lines.push(`      ${subscriber} ${state} (attempt ${attempt}) ${code ?? ''} ${reason ?? ''}`);
      }
      for (const event of record?.history ?? []) {
        lines.push(`      ${new Date(event.at).toISOString()} ${event.name} ${JSON.stringify(event.data ?? {})}`);
      }
    }
  }
  return lines.length === 0 ? ['  the bus knows nothing of it'] : lines;
}
