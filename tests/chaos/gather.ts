/** Gathers the evidence when a run is over: the bus's own account by its admin API, and then what is left in its store. */

import type { AdminClient } from '../../runtime/cli/admin-client.ts';
import type { DeliveryRecord, InstanceRecord } from '../../runtime/contracts/inspection.ts';
import type { Held, Process } from './evidence.ts';

interface Summary {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Shown extends Summary {
  readonly body: { readonly text?: string };
}

export interface BusAccount {
  readonly held: readonly Held[];
  readonly processes: readonly Process[];
}

const PAGE = 500;
const TAG = /SR-2026-\d{6}|LS-\d{6}/;
const PROPERTIES = ['report.id', 'survey.id', 'tax.account', 'works.reference', 'county.reference'];

export async function busAccount(admin: AdminClient): Promise<BusAccount> {
  const tags = new Map<string, string>();
  const messages = pages((before) =>
    admin.get<{ messages: Summary[] }>('/messages', { limit: PAGE, before }).then(({ messages: page }) => page),
  );
  for await (const { id, properties } of messages) {
    const tag = tagIn(properties);
    if (tag !== undefined) tags.set(id, tag);
  }
  const held: Held[] = [];
  const suspended = pages((before) =>
    admin.get<{ suspended: DeliveryRecord[] }>('/suspended', { limit: PAGE, before }).then((page) => page.suspended),
  );
  for await (const delivery of suspended) held.push(await heldOf(delivery, admin));
  const processes: Process[] = [];
  const instances = pages(
    (before) =>
      admin.get<{ instances: InstanceRecord[] }>('/instances', { limit: PAGE, before }).then((page) => page.instances),
    ({ instance }) => instance.id,
  );
  for await (const record of instances) processes.push(processOf(record, tags));
  return { held, processes };
}

/** Goes on behind the last of each page. */
async function* pages<T>(
  page: (before: string | undefined) => Promise<readonly T[]>,
  idOf: (item: T) => string = (item) => (item as { id: string }).id,
): AsyncGenerator<T> {
  for (let before: string | undefined; ; ) {
    const found = await page(before);
    yield* found;
    if (found.length < PAGE) return;
    before = idOf(found.at(-1)!);
  }
}

async function heldOf({ message, code, reason }: DeliveryRecord, admin: AdminClient): Promise<Held> {
  const found = { message: message ?? 'none', state: 'suspended', code: code ?? '', reason: reason ?? '' } as const;
  if (message === undefined) return { ...found, tag: undefined };
  const { properties, body } = await admin.get<Shown>(`/messages/${encodeURIComponent(message)}`);
  const tag = tagIn(properties) ?? TAG.exec(body.text ?? '')?.[0];
  return { ...found, tag, ...(body.text === undefined ? {} : { body: body.text }) };
}

function processOf(
  { instance, waitingFor, timers, history }: InstanceRecord,
  tags: ReadonlyMap<string, string>,
): Process {
  const { id, status, failure } = instance;
  const first = history.find(({ name }) => name === 'instance-started')?.message;
  return {
    id,
    status,
    tag: first === undefined ? undefined : tags.get(first),
    subscriptions: waitingFor.length,
    timers: timers.length,
    ...(failure ? { failure } : {}),
  };
}

function tagIn(properties: Summary['properties']): string | undefined {
  const found = PROPERTIES.map((name) => properties[name]).find((value) => value !== undefined);
  return found === undefined ? undefined : String(found);
}
