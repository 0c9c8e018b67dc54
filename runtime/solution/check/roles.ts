/** Checks the roles of people in config/bus.yaml against those that tasks ask for, both ways. Where nobody is named, operators do all tasks. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import type { CompiledProgram } from '../../orchestration/program.ts';
import type { TaskShape } from '../../orchestration/shapes/task.ts';
import { writtenBus } from '../bus-config.ts';
import type { KnownOrchestration, Model } from '../model.ts';
import { at, mappingsIn, textsOf } from '../plain.ts';

export function checkRoles({ loaded, orchestrations }: Model, environment: string | undefined): Finding[] {
  const written = writtenBus(loaded, environment);
  const users = mappingsIn(at(written.value, ['admin', 'users']));
  if (users.length === 0 || orchestrations.some(({ program }) => !program)) return [];
  const tasks = orchestrations.flatMap(tasksOf);
  const asked = new Set(tasks.map(({ role }) => role));
  const held = new Set(users.flatMap(([, { roles }]) => textsOf(roles)));
  const idle = users.flatMap(([user, { roles }]) =>
    textsOf(roles).flatMap((role, index) => {
      if (asked.has(role)) return [];
      const place = written.locate(['admin', 'users', user, 'roles', index]);
      const options = { severity: 'warning', unknown: { name: role, known: asked } } as const;
      return [finding('ROLE_WITHOUT_TASKS', place, { user, role }, options)];
    }),
  );
  const orphaned = tasks
    .filter(({ role }) => !held.has(role))
    .map(({ role, place }) =>
      finding('TASK_FOR_NOBODY', place, { role }, { severity: 'warning', unknown: { name: role, known: held } }),
    );
  return [...idle, ...orphaned];
}

function tasksOf({ program, file }: KnownOrchestration) {
  const shapes = [...(program as CompiledProgram).shapes.values()];
  return shapes
    .filter((shape): shape is TaskShape => shape.kind === 'task')
    .map(({ role, path }) => ({ role, place: file.source.locate([...path, 'role']) }));
}
