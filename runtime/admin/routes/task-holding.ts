/** POST /tasks/:id/claim, /release and /delegate: who does a task, as its history keeps it. */
import express, { type Router, Router as router } from 'express';
import { busError } from '../../errors/bus-error.ts';
import { type Caller, callerOf } from '../callers.ts';
import type { AdminContext } from '../context.ts';
import { actorOf, openTask } from '../open-task.ts';
import { textParameter } from '../query.ts';
import { TASK_EVENT } from '../task-holder.ts';
import { inTurn } from '../task-turn.ts';

export function taskHoldingRoutes(context: AdminContext): Router {
  const { users = [] } = context;

  return router()
    .post('/tasks/:id/claim', async (request, response) => {
      const { id } = request.params;
      const caller = callerOf(response);
      const by = actorOf(caller, textParameter(request, 'by'));
      await inTurn(context, async (note) => {
        const { holder, role } = await openTask(id, caller, context);
        if (holder && holder.name !== by) throw busError('TASK_CLAIMED', { id, holder: holder.name });
        checkPerson(by, role);
        if (!holder) await note(id, TASK_EVENT.claimed, { by, role });
      });
      response.json(await held(id, caller));
    })
    .post('/tasks/:id/release', async (request, response) => {
      const { id } = request.params;
      const caller = callerOf(response);
      await inTurn(context, async (note) => {
        const { holder } = await openTask(id, caller, context);
        if (!holder) throw busError('TASK_CLAIMED', { id, holder: 'nobody' });
        await note(id, TASK_EVENT.released, { from: spokenFor(id, holder.name, caller), by: nameOf(caller) });
      });
      response.json({ id, released: true });
    })
    .post('/tasks/:id/delegate', express.json(), async (request, response) => {
      const { id } = request.params as { id: string };
      const caller = callerOf(response);
      const to = personIn(request.body);
      await inTurn(context, async (note) => {
        const { holder, role } = await openTask(id, caller, context);
        checkPerson(to, role);
        const from = holder ? spokenFor(id, holder.name, caller) : '';
        await note(id, TASK_EVENT.delegated, { from, to, by: nameOf(caller), role });
      });
      response.json(await held(id, caller));
    });

  async function held(id: string, caller: Caller) {
    const { holder } = await openTask(id, caller, context);
    return { id, claimedBy: holder?.name ?? null, claimedAt: holder?.at ?? null };
  }

  /** Where people are named in config/bus.yaml, only they can have tasks, and only of their roles. */
  function checkPerson(name: string, role: string): void {
    if (users.length === 0) return;
    const person = users.find((each) => each.name === name);
    if (person?.roles.includes(role)) return;
    const roles = person?.roles.join(', ') || 'none';
    throw busError('TASK_FORBIDDEN', { user: name, roles, role });
  }
}

const nameOf = (caller: Caller) => caller?.name ?? 'an operator';

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
