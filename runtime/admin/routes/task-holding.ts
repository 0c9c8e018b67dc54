/** POST /tasks/:id/claim, /release and /delegate: who does a task, as its history keeps it. */
import express, { type Router, Router as router } from 'express';
import type { EventData } from '../../contracts/events.ts';
import { busError } from '../../errors/bus-error.ts';
import { type Caller, callerOf } from '../callers.ts';
import type { AdminContext } from '../context.ts';
import { actorOf, type OpenTask, openTask } from '../open-task.ts';
import { textParameter } from '../query.ts';
import { TASK_EVENT } from '../task-holder.ts';

export function taskHoldingRoutes(context: AdminContext): Router {
  const { box, clock, users = [] } = context;

  /** What it makes of the task is read back: of two at once, one has come first. */
  async function note(id: string, name: string, data: EventData, caller: Caller): Promise<OpenTask> {
    await box.commit({ now: clock.now(), track: [{ name, at: clock.now(), message: id, data }] });
    return openTask(id, caller, context);
  }

  return router()
    .post('/tasks/:id/claim', async (request, response) => {
      const { id } = request.params;
      const caller = callerOf(response);
      const by = actorOf(caller, textParameter(request, 'by'));
      const { holder, role } = await openTask(id, caller, context);
      if (!holder) checkPerson(by, role);
      const now = holder ?? (await note(id, TASK_EVENT.claimed, { by, role }, caller)).holder;
      if (now?.name !== by) throw busError('TASK_CLAIMED', { id, holder: now?.name ?? 'nobody' });
      response.json({ id, claimedBy: by, claimedAt: now.at });
    })
    .post('/tasks/:id/release', async (request, response) => {
      const { id } = request.params;
      const caller = callerOf(response);
      const { holder } = await openTask(id, caller, context);
      if (!holder) throw busError('TASK_CLAIMED', { id, holder: 'nobody' });
      const from = spokenFor(id, holder.name, caller);
      await note(id, TASK_EVENT.released, { from, by: caller?.name ?? 'an operator' }, caller);
      response.json({ id, released: true });
    })
    .post('/tasks/:id/delegate', express.json(), async (request, response) => {
      const { id } = request.params as { id: string };
      const caller = callerOf(response);
      const to = personIn(request.body);
      const { holder, role } = await openTask(id, caller, context);
      checkPerson(to, role);
      const from = holder ? spokenFor(id, holder.name, caller) : '';
      const by = caller?.name ?? 'an operator';
      const now = (await note(id, TASK_EVENT.delegated, { from, to, by, role }, caller)).holder;
      if (now?.name !== to) throw busError('TASK_CLAIMED', { id, holder: now?.name ?? 'nobody' });
      response.json({ id, claimedBy: to, claimedAt: now.at });
    });

  /** Where people are named in config/bus.yaml, only they can have tasks, and only of their roles. */
  function checkPerson(name: string, role: string): void {
    if (users.length === 0) return;
    const person = users.find((each) => each.name === name);
    if (person?.roles.includes(role)) return;
    const roles = person?.roles.join(', ') || 'none';
    throw busError('TASK_FORBIDDEN', { user: name, roles, role });
  }
}

/** Operators speak for everybody, people for themselves. */
function spokenFor(id: string, holder: string, caller: Caller): string {
  if (caller && holder !== caller.name) throw busError('TASK_CLAIMED', { id, holder });
  return holder;
}

function personIn(body: unknown): string {
  const { to } = (body ?? {}) as { to?: unknown };
  if (typeof to === 'string' && to !== '') return to;
  throw busError('ADMIN_BAD_REQUEST', { reason: 'say to whom: {"to": <name>}' });
}
