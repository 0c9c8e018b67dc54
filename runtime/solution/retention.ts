/** The retention policy of config/bus.yaml, with every default filled in. A duration that the schema refuses is among the findings. */
import { parseDuration } from '../contracts/duration.ts';
import { defaultRetention, type Retention } from '../contracts/retention.ts';
import { at, isPlain, textOf } from './plain.ts';

export function retentionOf(written: unknown): Retention {
  const own = (key: string) => parseDuration(textOf(at(written, [key])) ?? '');
  const named = at(written, ['types']);
  const types = Object.entries(isPlain(named) ? named : {}).flatMap(([type, text]) => {
    const duration = parseDuration(textOf(text) ?? '');
    return duration === undefined ? [] : [[type, duration] as const];
  });
  return {
    delivered: own('delivered') ?? defaultRetention.delivered,
    terminated: own('terminated') ?? defaultRetention.terminated,
    types: Object.fromEntries(types),
    bodies: own('bodies'),
    instances: own('instances') ?? defaultRetention.instances,
    keys: own('keys') ?? defaultRetention.keys,
  };
}
