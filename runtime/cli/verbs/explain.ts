/** `guildhall explain <message>`: which subscriptions matched, and for an unrouted message the nearest misses. */
import type { DeliveryRecord } from '../../contracts/inspection.ts';
import type { Condition, Subscription } from '../../contracts/routing.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { table, WHOLE } from '../table.ts';
import type { Verb } from '../verb.ts';

interface Failed {
  readonly condition: Condition;
  readonly actual?: string | number | boolean;
  readonly unpromoted?: true;
}

interface Explained {
  readonly id: string;
  readonly type: string | null;
  readonly unrouted: boolean;
  readonly deliveries: readonly DeliveryRecord[];
  readonly matched: readonly Subscription[];
  readonly nearest: readonly {
    readonly subscription: Subscription;
    readonly failed: readonly Failed[];
  }[];
}

export const explain: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('explain <message>').description('tell which subscriptions took a message, or nearly did'),
    ).action(
      finish(async (id: string, options: BusOptions) => {
        const found = await adminOf(options, io).get<Explained>(`/messages/${encodeURIComponent(id)}/explain`);
        io.out(options.json ? JSON.stringify(found) : describe(found));
        return EXIT.ok;
      }),
    );
  },
};

function describe({ id, type, unrouted, deliveries, matched, nearest }: Explained): string {
  const sections = [`${type ?? '(raw)'} ${id}`];
  if (deliveries.length > 0) {
    sections.push(
      `Delivered to:\n${table(deliveries, ['id', 'subscriber', 'subscription', 'state', 'attempt', 'code', 'reason'], WHOLE)}`,
    );
  }
  if (type === null && deliveries.some(neverRouted)) {
    sections.push('It was never routed: it failed while it was received, and no subscription has seen it.');
    return sections.join('\n\n');
  }
  sections.push(
    matched.length > 0
      ? `Subscriptions that match it now:\n${table(matched.map((found) => ({ subscription: found.id, where: where(found) })))}`
      : `No subscription matches it now${unrouted ? '; that is why it is suspended' : ''}.`,
  );
  if (matched.length === 0 && nearest.length > 0) {
    sections.push(
      `Nearest misses:\n${nearest.map((miss) => `  ${miss.subscription.id}\n${misses(miss.failed)}`).join('\n')}`,
    );
  }
  return sections.join('\n\n');
}

function misses(failed: Explained['nearest'][number]['failed']): string {
  return failed.map((miss) => `    wants ${text(miss.condition)}, the message has ${found(miss)}`).join('\n');
}

function found({ actual, unpromoted }: Failed): string {
  if (actual === undefined) return 'no such property';
  return `${JSON.stringify(actual)}${unpromoted ? ', but the property is not promoted, so that no subscription sees it' : ''}`;
}

/** What is suspended at its location came no further. */
const neverRouted = ({ subscriber }: DeliveryRecord) => subscriber.startsWith('receive:');

const text = ({ property, op, value }: Condition) =>
  `${property} ${op}${value === undefined ? '' : ` ${JSON.stringify(value)}`}`;
const where = ({ where: groups }: Subscription) => groups.map((group) => group.map(text).join(' and ')).join('  or  ');
