/** GET /suspended; POST /deliveries/:id/resume and /terminate; POST /suspended/resume and /terminate for many at once. */
import express, { type Router, Router as router } from 'express';
import type { DeliveryRecord } from '../../contracts/inspection.ts';
import { asBusError } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { breakOffDelivery } from '../../host/break-off.ts';
import { deliveryId, deliverySeq } from '../../message-box/lease.ts';
import type { AdminContext } from '../context.ts';
import { limitParameter, textParameters } from '../query.ts';

type Action = 'resume' | 'terminate';
const MOST = 1000;
/** What people are to do waits for them, not for operators: routes/tasks.ts. */
const TASK = 'TASK_OPEN';

export function suspendedRoutes(context: AdminContext): Router {
  const { box, clock } = context;

  async function operate(action: Action, delivery: DeliveryRecord): Promise<void> {
    const resume = { now: clock.now(), operate: [{ kind: 'resume', delivery: delivery.id } as const] };
    await box.commit(action === 'resume' ? resume : await breakOffDelivery(delivery, context));
  }

  /** Their ids count up: it is the newest before the next one. */
  async function find(id: string): Promise<DeliveryRecord> {
    const before = deliveryId(deliverySeq(id) + 1);
    const [found] = await box.inspection.deliveries({ before, limit: 1 }, clock.now());
    if (found?.id !== id) throw busError('NOT_FOUND', { what: 'delivery', id });
    return found;
  }

  /** The oldest are resumed first; the newest are terminated first, so that none goes out because one before it has ended. */
  async function each(action: Action, found: readonly DeliveryRecord[]) {
    const refused: { id: string; code: string; reason: string }[] = [];
    for (const delivery of action === 'resume' ? found.toReversed() : found) {
      const { id, code: heldBy } = delivery;
      try {
        await operate(action, delivery);
      } catch (thrown) {
        const { code, message: reason } = asBusError(thrown, 'admin API');
        const wentOn = heldBy === 'ORDER_PARKED' && code === 'NOT_SUSPENDED'; // With the one that it was parked behind.
        if (!wentOn) refused.push({ id, code, reason });
      }
    }
    return { [`${action}d`]: found.length - refused.length, refused };
  }

  const routes = router().get('/suspended', async (request, response) => {
    const chosen = textParameters(request, 'code', 'subscriber', 'before');
    const query = { state: 'suspended', limit: limitParameter(request, 100), withoutCode: TASK, ...chosen } as const;
    const now = clock.now();
    const { suspended: groups } = await box.inspection.counts(now);
    response.json({
      groups: groups.filter(({ code }) => code !== TASK),
      suspended: await box.inspection.deliveries(query, now),
    });
  });
  for (const action of ['resume', 'terminate'] as const) {
    routes.post(`/deliveries/:id/${action}`, async (request, response) => {
      await operate(action, await find(request.params.id));
      response.json({ id: request.params.id, [`${action}d`]: true });
    });
    routes.post(`/suspended/${action}`, express.json(), async (request, response) => {
      const { code, subscriber } = selection(request.body);
      const query = {
        state: 'suspended',
        limit: MOST,
        withoutCode: TASK,
        ...(code ? { code } : {}),
        ...(subscriber ? { subscriber } : {}),
      } as const;
      response.json(await each(action, await box.inspection.deliveries(query, clock.now())));
    });
  }
  return routes;
}

/** Everything at once must be asked for in so many words: {all: true}. */
function selection(body: unknown): { code?: string; subscriber?: string } {
  const { code, subscriber, all } = (body ?? {}) as { code?: unknown; subscriber?: unknown; all?: unknown };
  const given = [code, subscriber].filter((value) => value !== undefined);
  // An empty text is a variable that was not set, not a wish for everything.
  if (given.some((value) => typeof value !== 'string' || value === '') || (given.length === 0 && all !== true)) {
    throw busError('ADMIN_BAD_REQUEST', { reason: 'give {"code": …}, {"subscriber": …} or {"all": true}' });
  }
  return { ...(code ? { code: String(code) } : {}), ...(subscriber ? { subscriber: String(subscriber) } : {}) };
}
