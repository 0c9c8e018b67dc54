/** GET /instances, /instances/:id; POST /instances/:id/resume and /terminate. */
import { type Router, Router as router } from 'express';
import type { Operation } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import { TASK } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';
import type { AdminContext } from '../context.ts';
import { limitParameter, textParameters } from '../query.ts';

const STATUSES: readonly string[] = ['running', 'waiting', 'suspended', 'completed', 'terminated'];
const MOST_TASKS = 1000;

export function instanceRoutes({ box, clock }: AdminContext): Router {
  /** The end of what people need not do any more. */
  async function tasksOf(instance: string): Promise<Operation[]> {
    const property = { name: TASK.instance, value: instance };
    const asked = await box.inspection.messages({ property, limit: MOST_TASKS });
    const open = asked.map(({ message }) =>
      box.inspection.deliveries({ state: 'suspended', code: 'TASK_OPEN', message: message.id, limit: 1 }, clock.now()),
    );
    return (await Promise.all(open)).flat().map(({ id }) => ({ kind: 'terminate', delivery: id }));
  }

  const routes = router()
    .get('/instances', async (request, response) => {
      const { program, before, status } = textParameters(request, 'program', 'status', 'before');
      if (status !== undefined && !STATUSES.includes(status)) {
        throw busError('ADMIN_BAD_REQUEST', { reason: `status is one of ${STATUSES.join(', ')}, not "${status}"` });
      }
      const instances = await box.inspection.instances({
        limit: limitParameter(request),
        ...(program ? { program } : {}),
        ...(before ? { before } : {}),
        ...(status ? { status: status as Instance['status'] } : {}),
      });
      response.json({ instances });
    })
    .get('/instances/:id', async (request, response) => {
      const record = await box.inspection.instance(request.params.id);
      if (!record) throw busError('NOT_FOUND', { what: 'instance', id: request.params.id });
      response.json(record);
    });
  for (const action of ['resume', 'terminate'] as const) {
    routes.post(`/instances/:id/${action}`, async (request, response) => {
      const operation = { kind: `${action}-instance`, instance: request.params.id } as const;
      const needless = action === 'terminate' ? await tasksOf(operation.instance) : [];
      await box.commit({ now: clock.now(), operate: [operation, ...needless] });
      response.json({ id: request.params.id, [`${action}d`]: true });
    });
  }
  return routes;
}
