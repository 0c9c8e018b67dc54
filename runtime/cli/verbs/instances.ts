/** `guildhall instances [id]`: orchestration instances, what they wait for, why they are suspended. */
import { Option } from 'commander';
import type { EventData } from '../../contracts/events.ts';
import type { InstanceRecord } from '../../contracts/inspection.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import { adminOf, type BusOptions, listLimit, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { ago, table } from '../table.ts';
import type { Verb } from '../verb.ts';

const STATUSES: readonly Instance['status'][] = ['running', 'waiting', 'suspended', 'completed', 'terminated'];

interface Options extends BusOptions {
  readonly program?: string;
  readonly status?: string;
  readonly limit: number;
}

export const instances: Verb = {
  add(program, io, finish) {
    withBusOptions(program.command('instances [instance]').description('list orchestration instances, or show one'))
      .option('-p, --program <name>', 'only of this orchestration')
      .addOption(new Option('--status <status>', 'only in this state').choices(STATUSES))
      .option('-n, --limit <count>', 'at most so many', listLimit, 50)
      .action(
        finish(async (id: string | undefined, options: Options) => {
          const admin = adminOf(options, io);
          const now = io.clock.now();
          if (id !== undefined) {
            const found = await admin.get<InstanceRecord>(`/instances/${encodeURIComponent(id)}`);
            io.out(options.json ? JSON.stringify(found) : described(found, now));
            return EXIT.ok;
          }
          const { program: name, status, limit } = options;
          const found = await admin.get<{ instances: InstanceRecord[] }>('/instances', {
            program: name,
            status,
            limit,
          });
          io.out(options.json ? JSON.stringify(found) : listed(found.instances, now));
          return EXIT.ok;
        }),
      );
  },
};

function listed(found: readonly InstanceRecord[], now: number): string {
  if (found.length === 0) return 'No instances.';
  const rows = found.map(({ instance, startedAt, changedAt }) => ({
    id: instance.id,
    program: instance.program,
    status: instance.status,
    started: ago(startedAt, now),
    changed: ago(changedAt, now),
    problem: instance.failure ? `${instance.failure.shape}: ${instance.failure.code} ${instance.failure.reason}` : '',
  }));
  return table(rows);
}

function described(record: InstanceRecord, now: number): string {
  const { waitingFor, timers, history } = record;
  const waits = waitingFor.flatMap(({ where }) =>
    where.map((group) => ({
      'waits for': group.map(({ property, op, value }) => `${property} ${op} ${value ?? ''}`).join(' and '),
    })),
  );
  const sections = [listed([record], now)];
  if (waits.length > 0) sections.push(table(waits));
  if (timers.length > 0)
    sections.push(table(timers.map(({ id, at }) => ({ timer: id, at: new Date(at).toISOString() }))));
  const path = history.map((event) => ({
    at: new Date(event.at).toISOString(),
    event: event.name,
    shape: String(event.data['shape'] ?? ''),
    data: event.name === 'milestone-reached' ? dataOf(event.data) : '',
  }));
  if (path.length > 0) sections.push(table(path));
  return sections.join('\n\n');
}

const dataOf = ({ shape: _, ...data }: EventData) =>
  Object.entries(data)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
