/** Which message types reach a send port, before its maps. */
import { BUS } from '../contracts/properties.ts';
import { bindingsOf } from './bindings.ts';
import { filterOf } from './filters.ts';
import { meant, unique } from './flows.ts';
import type { Model } from './model.ts';
import { at } from './plain.ts';
import type { WrittenSendPort } from './ports.ts';

export interface Reaching {
  /** Types that are named: by a filter of it or of its groups, by what an orchestration sends, by the port that this one backs up. */
  readonly named: readonly string[];
  /** A filter takes messages of whatever type. */
  readonly any: boolean;
}

export function typesReaching(model: Model, port: WrittenSendPort, passed: readonly string[] = []): Reaching {
  const joined = model.ports.allGroups.filter(({ members }) => members.includes(port.name));
  const filters = [port, ...joined].flatMap((each) => filterOf(model, each).predicate);
  const groups = filters.map((group) =>
    group.filter(({ property, op }) => property === BUS.messageType && op === '=').map(({ value }) => String(value)),
  );
  const backedUp = model.ports.allSend
    .filter(({ name, options }) => at(options.value, ['backup']) === port.name && !passed.includes(name))
    .map((other) => typesReaching(model, other, [...passed, port.name]));
  return {
    named: unique([
      ...groups.flat(),
      ...[port, ...joined].flatMap(({ name }) => sentTo(model, name)),
      ...backedUp.flatMap(({ named }) => named),
    ]),
    any: groups.some((types) => types.length === 0) || backedUp.some(({ any }) => any),
  };
}

function sentTo(model: Model, port: string): string[] {
  return bindingsOf(model.loaded).flatMap(({ orchestration, bindings }) => {
    const known = model.orchestrations.find(({ name }) => name === orchestration);
    const logical = bindings.filter(({ physical }) => physical === port).map((binding) => binding.logical);
    return logical.flatMap((name) => known?.ports.get(name)?.sends ?? []).map((type) => meant(model, type));
  });
}
