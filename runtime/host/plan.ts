/** What deploying a solution would change, beside what is deployed: subscriptions, instances, and what would be left alone. Pure. */
import type { Deployment } from '../contracts/deployment.ts';
import type { Counts } from '../contracts/inspection.ts';
import { subscriberOf } from '../contracts/properties.ts';
import type { Subscription } from '../contracts/routing.ts';
import type { CompiledProgram } from '../orchestration/program.ts';
import { subscriptionsOf } from './subscriptions.ts';

export interface Plan {
  readonly from: string;
  readonly to: string;
  readonly subscriptions: readonly Change[];
  readonly orchestrations: readonly Change[];
  /** Instances that run, wait or are suspended, and what becomes of them. */
  readonly instances: readonly { readonly orchestration: string; readonly count: number; readonly note: string }[];
  /** What would wait for what never comes, or lie where nobody takes it. */
  readonly orphans: readonly string[];
}

export interface Change {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
}

export function planOf(before: Deployment, after: Deployment, counts: Counts): Plan {
  const open = openInstances(counts);
  return {
    from: before.definition.hash,
    to: after.definition.hash,
    subscriptions: changes(before, after, subscriptionsOf, ({ id }) => id, describedBy),
    orchestrations: changes(
      before,
      after,
      ({ orchestrations }) => orchestrations,
      ({ program }) => program.name,
      ({ program, ports }) => JSON.stringify([shapeOf(program as CompiledProgram), [...ports]]),
    ),
    instances: [...open].map(([orchestration, count]) => {
      const goesOn = after.orchestrations.some(({ program }) => program.name === orchestration);
      const note = goesOn ? 'go on under the definition that they started with' : 'go on; no new ones start';
      return { orchestration, count, note };
    }),
    orphans: [...orphanedInstances(before, after, open), ...orphanedDeliveries(before, after, counts)],
  };
}

function changes<T>(
  before: Deployment,
  after: Deployment,
  of: (deployment: Deployment) => readonly T[],
  nameOf: (each: T) => string,
  content: (each: T) => string,
): Change[] {
  const [old, fresh] = [before, after].map(
    (deployment) => new Map(of(deployment).map((each) => [nameOf(each), content(each)])),
  );
  const names = [...new Set([...old!.keys(), ...fresh!.keys()])].sort();
  return names.flatMap((name): Change[] => {
    if (!old!.has(name)) return [{ name, change: 'added' }];
    if (!fresh!.has(name)) return [{ name, change: 'removed' }];
    return old!.get(name) === fresh!.get(name) ? [] : [{ name, change: 'changed' }];
  });
}

const describedBy = ({ where, order, convoy }: Subscription) => JSON.stringify([where, order, convoy]);

/** All that an instance goes by; places in the file do not count. */
function shapeOf({ body, blocks, messages, correlations, variables, late }: CompiledProgram): unknown {
  const told = JSON.stringify(
    [body, [...blocks], [...messages], [...correlations], [...variables], late],
    (key, value: unknown) => {
      if (key === 'line' || key === 'path' || key === 'at') return undefined;
      return value instanceof Set || value instanceof Map ? [...value] : value;
    },
  );
  return told;
}

function openInstances({ instances }: Counts): Map<string, number> {
  const open = new Map<string, number>();
  for (const { program, status, count } of instances) {
    if (status !== 'completed' && status !== 'terminated') open.set(program, (open.get(program) ?? 0) + count);
  }
  return open;
}

/** An instance that waits for messages knows them by receive port, message type and promoted properties. */
function orphanedInstances(before: Deployment, after: Deployment, open: ReadonlyMap<string, number>): string[] {
  return before.orchestrations.flatMap(({ program, ports }) => {
    const count = open.get(program.name);
    if (count === undefined) return [];
    const { awaits, correlations } = program as CompiledProgram;
    const reasons = [...awaits.values()].flatMap(({ port, type, sets }) => {
      const physical = ports.get(port);
      const isThere = physical?.kind !== 'receive' || after.receivePorts.some(({ name }) => name === physical.name);
      const schema = after.schemas.find(type);
      const properties = sets.flatMap((set) => correlations.get(set)?.properties ?? []);
      const lost = properties.filter((property) => schema?.promotes?.includes(property) !== true);
      if (!isThere) return [`the receive port ${physical!.name} goes`];
      if (!schema) return [`the message type ${type} goes`];
      return lost.length > 0 ? [`${type} no longer promotes ${lost.join(', ')}`] : [];
    });
    return [...new Set(reasons)].map((reason) => `${count} instances of ${program.name} may wait for ever: ${reason}.`);
  });
}

function orphanedDeliveries(before: Deployment, after: Deployment, { deliveries }: Counts): string[] {
  const gone = before.sendPorts.filter(({ name }) => !after.sendPorts.some((port) => port.name === name));
  return gone.flatMap(({ name }) => {
    const waiting = deliveries.filter(
      ({ subscriber, state }) =>
        subscriber === subscriberOf.sendPort(name) && state !== 'done' && state !== 'terminated',
    );
    const count = waiting.reduce((sum, each) => sum + each.count, 0);
    return count === 0 ? [] : [`${count} messages for the send port ${name} stay, and nobody sends them: it goes.`];
  });
}
