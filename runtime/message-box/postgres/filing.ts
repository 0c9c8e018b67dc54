/** Where instance subscriptions are filed: under the most selective equality of each of their AND-groups. Pure. */
import type { Context, Scalar } from '../../contracts/message.ts';
import type { Subscription } from '../../contracts/routing.ts';
import { mostSelective } from '../match.ts';

/** The place and property name of groups without an equality: they are looked at for every message. */
export const ANYWHERE = '';

const place = (property: string, value: Scalar) => JSON.stringify([property, value]);

export interface Filed {
  readonly place: string;
  readonly name: string;
}

export function filedUnder({ where }: Subscription): Filed[] {
  const places = new Map<string, Filed>();
  for (const group of where) {
    const key = mostSelective(group);
    const filed = key
      ? { place: place(key.property, key.value!), name: key.property }
      : { place: ANYWHERE, name: ANYWHERE };
    places.set(filed.place, filed);
  }
  return [...places.values()];
}

/** Where to look for a message, if instance subscriptions are filed under these property names. */
export function placesFor(context: Context, names: { has(name: string): boolean; readonly size: number }): string[] {
  if (names.size === 0) return [];
  const places = names.has(ANYWHERE) ? [ANYWHERE] : [];
  for (const [name, { value, promoted }] of context) if (promoted && names.has(name)) places.push(place(name, value));
  return places;
}
