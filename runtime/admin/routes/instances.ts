/** GET /instances, /instances/:id; POST /instances/:id/resume and /terminate. */
import { type Router, Router as router } from 'express';
import type { Instance } from '../../contracts/orchestration.ts';
import { busError } from '../../errors/bus-error.ts';
import { breakOffInstance } from '../../host/break-off.ts';
import type { AdminContext } from '../context.ts';
import { limitParameter, textParameters } from '../query.ts';

const STATUSES: readonly string[] = ['running', 'waiting', 'suspended', 'completed', 'terminated'];

export function instanceRoutes(context: AdminContext): Router {
  const { box } = context;
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
      const { id } = request.params;
      const now = context.clock.now();
      const resume = { now, operate: [{ kind: 'resume-instance', instance: id } as const] };
      await box.commit(action === 'resume' ? resume : await breakOffInstance(id, context));
      response.json({ id, [`${action}d`]: true });
    });
  }
  return routes;
}
