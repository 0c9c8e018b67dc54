/** Properties of a message as expressions see them: `report.id` is the field `id` of `report`. */
import type { Context } from '../contracts/message.ts';

export function nestedProperties(context: Context): Record<string, unknown> {
  const root: Record<string, unknown> = Object.create(null);
  for (const [name, { value }] of context) {
    const steps = name.split('.');
    const last = steps.pop()!;
    const place = steps.reduce(stepInto, root);
    if (typeof place[last] !== 'object') place[last] = value;
  }
  return root;
}

function stepInto(place: Record<string, unknown>, step: string): Record<string, unknown> {
  if (typeof place[step] !== 'object') place[step] = Object.create(null);
  return place[step] as Record<string, unknown>;
}
