/** GET /instances, /instances/:id; POST /instances/:id/resume and /terminate. */
import express, { type Router, Router as router } from 'express';
import type { Unit } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import { busError } from '../../errors/bus-error.ts';
import { breakOffInstance } from '../../host/break-off.ts';
import { resumeUnder } from '../../host/resume-under.ts';
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
  return routes
    .post('/instances/:id/terminate', async (request, response) => {
      const { id } = request.params;
      await box.commit(await breakOffInstance(id, context));
      response.json({ id, terminated: true });
    })
    .post('/instances/:id/resume', express.json(), async (request, response) => {
      const { id } = request.params as { id: string };
      await box.commit(await resumption(id, versionIn(request.body), context));
      response.json({ id, resumed: true });
    });
}

function resumption(id: string, under: string | undefined, context: AdminContext): Unit | Promise<Unit> {
  const { clock, host } = context;
  if (under === undefined) return { now: clock.now(), operate: [{ kind: 'resume-instance', instance: id }] };
  return resumeUnder(id, under === 'current' ? host.status.definition : under, {
    ...context,
    deploymentOf: (each) => host.deploymentOf(each),
  });
}

function versionIn(body: unknown): string | undefined {
  const { under } = (body ?? {}) as { under?: unknown };
  if (under === undefined || (typeof under === 'string' && under !== '')) return under;
  throw busError('ADMIN_BAD_REQUEST', { reason: '"under" is the hash of a definition, or current' });
}
