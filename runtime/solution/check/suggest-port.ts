/** The physical port that may have been meant for a logical one: of its direction and types, rather one that is not bound yet. */
import type { LogicalPort } from '../../contracts/orchestration.ts';
import { nearest } from '../../errors/nearest.ts';
import { suggestName } from '../../errors/suggest-name.ts';
import { bindingsOf } from '../bindings.ts';
import type { Flows } from '../flows.ts';
import type { Model } from '../model.ts';
import { at, textsOf } from '../plain.ts';

/** Undefined where the solution has no port of that direction. */
export function suggestPort(model: Model, flows: Flows, name: string, logical: LogicalPort): string | undefined {
  const fitting = portsFor(model, flows, logical);
  const bound = new Set(bindingsOf(model.loaded).flatMap(({ bindings }) => bindings.map(({ physical }) => physical)));
  const free = fitting.filter((port) => !bound.has(port));
  return (
    nearest(name, free) ?? (free.length === 1 ? free[0] : undefined) ?? suggestName(name, free.length ? free : fitting)
  );
}

function portsFor(model: Model, flows: Flows, { receives, requests }: LogicalPort): string[] {
  const { receive, send, groups } = model.ports;
  const receivesOnly = receives.length > 0 && !requests;
  const sendsOnly = receives.length === 0;
  const all = [...(receivesOnly ? receive : send).keys(), ...(sendsOnly ? groups.keys() : [])];
  const given = (port: string) =>
    receivesOnly ? (flows.published.get(port) ?? []) : textsOf(at(send.get(port)!.options.value, ['response']));
  const fitting = all.filter((port) => receives.every((type) => given(port).includes(type)));
  return fitting.length > 0 ? fitting : all;
}
