/** Checks send port groups: their members exist, and none takes the same messages by its own filter as well. */
import type { Finding } from '../../contracts/finding.ts';
import type { Condition } from '../../contracts/routing.ts';
import { finding } from '../../errors/finding.ts';
import { filterOf } from '../filters.ts';
import { application } from '../kinds/application.ts';
import { lost } from '../load.ts';
import type { Model } from '../model.ts';
import type { WrittenSendPortGroup } from '../ports.ts';

export function checkGroups(model: Model): Finding[] {
  const { allGroups, send } = model.ports;
  const known = [...send.keys()];
  return allGroups.flatMap((group) => {
    const { members, options } = group;
    return members.flatMap((name, index) => {
      if (send.has(name)) return takenTwice(model, group, name, index);
      if (lost(model.loaded, application)) return [];
      const unknown = { unknown: { name, known } };
      return [finding('UNKNOWN_PORT', options.locate(['members', index]), { what: 'send port', name }, unknown)];
    });
  });
}

function takenTwice(model: Model, group: WrittenSendPortGroup, member: string, index: number): Finding[] {
  const own = filterOf(model, model.ports.send.get(member)!).predicate;
  const both = filterOf(model, group).predicate.some((one) => own.some((other) => mayMeet(one, other)));
  if (!both) return [];
  const values = { port: member, group: group.name };
  return [finding('GROUP_TAKES_TWICE', group.options.locate(['members', index]), values, { severity: 'warning' })];
}

/** Only what is asked to be equal to different values, or to be and not to be the same, can be told to exclude each other. */
function mayMeet(one: readonly Condition[], other: readonly Condition[]): boolean {
  return one.every((a) => other.every((b) => !excludes(a, b) && !excludes(b, a)));
}

function excludes(a: Condition, b: Condition): boolean {
  if (a.property !== b.property || a.op !== '=') return false;
  return (b.op === '=' && a.value !== b.value) || (b.op === '!=' && a.value === b.value);
}
