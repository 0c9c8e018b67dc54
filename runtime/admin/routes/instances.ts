/** GET /instances, /instances/:id; POST /instances/:id/resume and /terminate. */
import { type Router, Router as router } from 'express';
import type { Instance } from '../../contracts/orchestration.ts';
import { busError } from '../../errors/bus-error.ts';
import type { AdminContext } from '../context.ts';
import { limitParameter, textParameters } from '../query.ts';

const STATUSES: readonly string[] = ['running', 'waiting', 'suspended', 'completed', 'terminated'];

export function instanceRoutes({ box, clock }: AdminContext): Router {
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
      await box.commit({ now: clock.now(), operate: [operation] });
      response.json({ id: request.params.id, [`${action}d`]: true });
    });
  }
  return routes;
}
