/** Checks the keys and windows by which locations recognise duplicates. */
import type { Finding } from '../../contracts/finding.ts';
import { dedupeOf } from '../dedupe.ts';
import type { Flows } from '../flows.ts';
import type { Model } from '../model.ts';

/** `keys`: for how long (ms) the bus keeps keys. */
export function checkDedupe(model: Model, flows: Flows, keys: number): Finding[] {
  const locations = model.ports.allReceive.flatMap((port) => port.locations);
  return locations.flatMap((location) => [...dedupeOf(model, flows, location, keys).findings]);
}
