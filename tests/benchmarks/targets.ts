/** What is aimed at, item by item. */
import type { Measured } from './measured.ts';
import type { StoreKind } from './options.ts';

export interface Target {
  readonly what: string;
  readonly item: string;
  /** Every store, where it is not given. */
  readonly store?: StoreKind;
  /** What of the measurement it is about. */
  value(measured: Measured): number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const ratio = ({ ratio }: Measured) => ratio;
const flat = (item: string): Target => ({ what: 'ratio', item, value: ratio, atMost: 1.3 });

export const targets: readonly Target[] = [
  { what: 'ratio', item: 'w1', store: 'sqlite', value: ratio, atLeast: 0.7 },
  { what: 'p99 by limit', item: 'w1', store: 'sqlite', value: ({ p99, limitP99 }) => p99 / limitP99, atMost: 3 },
  { what: 'ratio', item: 'w1', store: 'postgres', value: ratio, atLeast: 0.6 },
  { what: 'ratio', item: 'w2', value: ratio, atLeast: 1.5 },
  { what: 'ratio', item: 'w3', value: ratio, atLeast: 0.4 },
  { what: 'ratio', item: 'w4', value: ratio, atLeast: 0.5 },
  { what: 'ratio', item: 'w5', value: ratio, atLeast: 0.4 },
  { what: 'MB of memory', item: 'w5', value: ({ rssMb }) => rssMb, atMost: 300 },
  { what: 'maps a second', item: 'map', value: ({ perSecond }) => perSecond, atLeast: 40_000 },
  { what: 'ratio', item: 'publish', store: 'sqlite', value: ratio, atLeast: 0.6 },
  flat('flat-messages'),
  flat('flat-subscriptions'),
  flat('flat-waiting'),
];

export const targetsOf = ({ item, store }: Pick<Measured, 'item' | 'store'>): readonly Target[] =>
  targets.filter((target) => target.item === item && (target.store ?? store) === store);

export function isMet({ value, atLeast, atMost }: Target, measured: Measured): boolean {
  const found = value(measured);
  return (atLeast === undefined || found >= atLeast) && (atMost === undefined || found <= atMost);
}

export const wanted = ({ atLeast, atMost }: Target) => (atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`);
