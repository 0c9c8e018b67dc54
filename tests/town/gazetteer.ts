/** The gazetteer: GET /streets/<usrn> gives the street and its owner, or 404. */

import { streets } from './streets.ts';
import { listen, reply, runSystem, type System } from './system.ts';

interface Options {
  readonly port?: number;
}

async function open({ port }: Options): Promise<System> {
  const byUsrn = new Map(streets.map((street) => [street.usrn, street]));
  const count = { lookups: 0, notFound: 0 };
  const { address } = await listen((request, response) => {
    const usrn = /^\/streets\/(\d+)$/.exec(request.url ?? '')?.[1];
    const street = usrn === undefined ? undefined : byUsrn.get(usrn);
    count.lookups += 1;
    if (street) return reply(response, 200, street);
    count.notFound += 1;
    reply(response, 404, { error: `There is no street ${usrn ?? request.url}.` });
  }, port);
  return { address, account: () => count };
}

await runSystem(open);
