/** The options of a location or send port as its adapter gets them. */
import type { Adapter, Direction } from '../contracts/adapter.ts';
import { configOf, ownOptions } from './kinds/transport-options.ts';
import { without } from './placed.ts';
import { isPlain } from './plain.ts';
import { type Placed, withDefaults } from './structure.ts';

/** Its own options, with their defaults. */
export function adapterOptions(adapter: Adapter, options: Placed, direction: Direction): unknown {
  const properties = (configOf(adapter, direction)?.['properties'] ?? {}) as object;
  const own = ownOptions(direction);
  const config = without(options, (key) => Object.hasOwn(own, key) && !Object.hasOwn(properties, key)).value;
  return isPlain(config) ? withDefaults(config, configOf(adapter, direction)!) : config;
}
