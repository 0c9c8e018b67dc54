/** POST /send-ports/:name/stop and /start: on all hosts, and until it is told otherwise. */
import { type Router, Router as router } from 'express';
import { subscriberOf } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';
import type { AdminContext } from '../context.ts';

export function sendPortRoutes({ box, clock }: AdminContext): Router {
  /** A port that was removed while it was stopped can still be started. */
  async function isKnown(subscriber: string): Promise<boolean> {
    const { inspection } = box;
    const standing = await inspection.subscriptions();
    if (standing.some(({ id }) => id === subscriber)) return true;
    return (await inspection.stopped()).some((entry) => entry.subscriber === subscriber);
  }

  const routes = router();
  for (const [kind, done] of [
    ['stop', 'stopped'],
    ['start', 'started'],
  ] as const) {
    routes.post(`/send-ports/:name/${kind}`, async (request, response) => {
      const { name } = request.params;
      const subscriber = subscriberOf.sendPort(name);
      if (!(await isKnown(subscriber))) throw busError('NOT_FOUND', { what: 'send port', id: name });
      await box.commit({ now: clock.now(), operate: [{ kind, subscriber }] });
      response.json({ name, [done]: true });
    });
  }
  return routes;
}
