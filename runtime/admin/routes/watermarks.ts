/** GET /watermarks; POST /watermarks/:port/:location and below it /reset: how far receive locations have read, on all hosts. */
import express, { type Router, Router as router } from 'express';
import { subscriberOf } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';
import type { AdminContext } from '../context.ts';

const PREFIX = subscriberOf.receiveLocation('', '').replace(/\/$/, '');

export function watermarkRoutes({ box, clock, host }: AdminContext): Router {
  async function known() {
    const found = await box.inspection.watermarks();
    return found.map(({ name, value, at }) => ({
      location: name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name,
      value,
      at: new Date(at).toISOString(),
    }));
  }

  /** A location that was removed may have left one. */
  async function move(port: string, location: string, to: string | null): Promise<void> {
    const name = `${port}/${location}`;
    const from = (await known()).find((entry) => entry.location === name)?.value;
    if (from === undefined && !host.status.locations.some((entry) => entry.name === name))
      throw busError('NOT_FOUND', { what: 'receive location', id: name });
    const now = clock.now();
    await box.commit({
      now,
      watermarks: [{ name: subscriberOf.receiveLocation(port, location), to }],
      track: [
        { name: 'watermark-set', at: now, port, data: { location, from: from ?? 'nowhere', to: to ?? 'nowhere' } },
      ],
    });
  }

  const routes = router();
  routes.get('/watermarks', async (_request, response) => {
    response.json({ watermarks: await known() });
  });
  routes.post('/watermarks/:port/:location', express.json(), async (request, response) => {
    const { port, location } = request.params as { port: string; location: string };
    const value: unknown = request.body?.value;
    if (typeof value !== 'string' || value === '')
      throw busError('ADMIN_BAD_REQUEST', { reason: 'the body is not {"value": "<text>"}' });
    await move(port, location, value);
    response.json({ location: `${port}/${location}`, value });
  });
  routes.post('/watermarks/:port/:location/reset', async (request, response) => {
    const { port, location } = request.params;
    await move(port, location, null);
    response.json({ location: `${port}/${location}`, reset: true });
  });
  return routes;
}
