/** How a subscription's deliveries follow each other, as one column: its order or its convoy. */
import type { Convoy, Order, Subscription } from '../contracts/routing.ts';

export function encodeOrdering({ order, convoy }: Subscription): string | null {
  if (order) return JSON.stringify(order);
  return convoy ? JSON.stringify({ convoy }) : null;
}

export function decodeOrdering(text: string | null | undefined): Pick<Subscription, 'order' | 'convoy'> {
  if (text === null || text === undefined) return {};
  const value = JSON.parse(text) as Order | { readonly convoy: Convoy };
  return 'convoy' in value ? value : { order: value };
}
