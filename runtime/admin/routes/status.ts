/** GET /status: what runs here, which hosts there are, what waits, what is suspended. */
import { type Router, Router as router } from 'express';
import { subscriberOf } from '../../contracts/properties.ts';
import { knownHosts } from '../../host/known-hosts.ts';
import type { GroupStatus, PartStatus } from '../../host/part-status.ts';
import type { AdminContext } from '../context.ts';

export function statusRoutes({ bus, version, host, hostName, box, clock }: AdminContext): Router {
  return router().get('/status', async (_request, response) => {
    const now = clock.now();
    const counts = await box.inspection.counts(now);
    const suspended = counts.suspended.filter(({ code }) => code !== 'TASK_OPEN');
    const hosts = knownHosts(await box.owners(), now);
    const stopped = new Set((await box.inspection.stopped()).map(({ subscriber }) => subscriber));
    const { definition, orchestrations, locations, sendPorts, sendPortGroups } = host.status;
    const since = await box.inspection.inLineSince(sendPorts.map(({ name }) => subscriberOf.sendPort(name)));
    const marked = sendPorts.map((port) => {
      const subscriber = subscriberOf.sendPort(port.name);
      const waits = since.get(subscriber);
      const lag = waits === undefined ? {} : { lag: Math.max(0, now - waits) };
      return { ...(stopped.has(subscriber) ? held(port) : port), ...lag };
    });
    const groups = sendPortGroups.map(({ name, members }) => ({ name, members: members.map(heldIn(stopped)) }));
    const parts = { definition, locations, sendPorts: marked, sendPortGroups: groups };
    const instances = counts.instances.map((each) => ({ ...each, deployed: orchestrations.includes(each.program) }));
    const told = { ...counts, suspended, instances };
    response.json({ bus, version, host: hostName, address: host.address, ...parts, hosts, ...told });
  });
}

type Member = GroupStatus['members'][number];
const heldIn = (stopped: ReadonlySet<string>) => (member: Member) =>
  stopped.has(subscriberOf.sendPort(member.name)) ? { ...member, state: 'stopped' } : member;

const held = (port: PartStatus): PartStatus => ({ ...port, state: 'stopped' });
