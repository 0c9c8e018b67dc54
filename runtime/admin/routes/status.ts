/** GET /status: what runs, what waits, what is suspended. */
import { type Router, Router as router } from 'express';
import type { AdminContext } from '../context.ts';

export function statusRoutes({ bus, version, host, hostName, box, clock }: AdminContext): Router {
  return router().get('/status', async (_request, response) => {
    const counts = await box.inspection.counts(clock.now());
    response.json({ bus, version, host: hostName, address: host.address, ...host.status, ...counts });
  });
}
