/** `guildhall status`: what runs, what waits, what is suspended. */
import type { Counts } from '../../contracts/inspection.ts';
import type { GroupStatus, HostStatus, PartStatus } from '../../host/host.ts';
import type { KnownHost } from '../../host/known-hosts.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface Status extends Omit<HostStatus, 'orchestrations'>, Omit<Counts, 'instances'> {
  readonly instances: readonly (Counts['instances'][number] & { readonly deployed: boolean })[];
  readonly bus: string;
  readonly version: string;
  readonly host: string;
  readonly address: string;
  readonly hosts: readonly KnownHost[];
}

export const status: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('status').description('show what runs, what waits and what is suspended')).action(
      finish(async (options: BusOptions) => {
        const found = await adminOf(options, io).get<Status>('/status');
        io.out(options.json ? JSON.stringify(found) : describe(found));
        return EXIT.ok;
      }),
    );
  },
};

function describe(found: Status): string {
  const parts = [
    ...found.locations.map((part) => ({ part: 'location', ...shown(part) })),
    ...found.sendPorts.map((part) => ({ part: 'send port', ...shown(part) })),
  ];
  const sections = [
    `${found.bus} (host ${found.host}, guildhall ${found.version}) at ${found.address}: ${found.messages} messages on record`,
    table(parts, ['part', 'name', 'transport', 'state', 'failures', 'last', 'lag', 'problem']),
    ...(found.sendPortGroups.length > 0 ? [table(found.sendPortGroups.map(shownGroup), ['group', 'members'])] : []),
    table(found.hosts.map(shownHost), ['host', 'state', 'since', 'heartbeat', 'owns']),
  ];
  if (found.deliveries.length > 0) sections.push(table(found.deliveries, ['subscriber', 'state', 'count']));
  if (found.instances.length > 0)
    sections.push(table(found.instances.map(shownInstances), ['program', 'status', 'count', 'note']));
  if (found.suspended.length > 0)
    sections.push(`Suspended:\n${table(found.suspended, ['code', 'subscriber', 'count'])}`);
  return sections.join('\n\n');
}

/** What has been removed from the solution goes on to its end. */
function shownInstances({ deployed, ...each }: Status['instances'][number]) {
  const goesOn = each.status !== 'completed' && each.status !== 'terminated';
  return { ...each, note: deployed || !goesOn ? '' : 'removed; these go on under an earlier definition' };
}

function shownGroup({ name, members }: GroupStatus) {
  const told = members.map((member) => `${member.name} ${member.state ?? 'elsewhere'}`);
  return { group: name, members: told.join(', ') };
}

function shownHost({ name, alive, since, heartbeat, owns }: KnownHost) {
  return {
    host: name,
    state: alive ? 'running' : 'lost',
    since: new Date(since).toISOString(),
    heartbeat: new Date(heartbeat).toISOString(),
    owns: owns.map((owned) => owned.replace(/^receive:/, '')).join(' '),
  };
}

function shown({ name, transport, state, failures, error, overdue, lastMessage, lag, farEnds = [] }: PartStatus) {
  const problems = [
    ...(overdue === undefined ? [] : [`overdue since ${overdue}`]),
    ...(error && farEnds.length === 0 ? [problem(error)] : []),
    ...farEnds.map((farEnd) => `${farEnd.address} ${farEnd.state}${farEnd.error ? ` ${problem(farEnd.error)}` : ''}`),
  ];
  const waited = lag === undefined || lag < 1000 ? '' : `${Math.round(lag / 1000)} s`;
  return { name, transport, state, failures, last: lastMessage ?? '', lag: waited, problem: problems.join('; ') };
}

const problem = ({ code, reason }: NonNullable<PartStatus['error']>) => `${code} ${reason}`;
