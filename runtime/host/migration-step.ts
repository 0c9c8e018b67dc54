/** Takes an instance to another version of its orchestration: one unit, in which its subscriptions and timers are exchanged. */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BoundOrchestration, Deployment } from '../contracts/deployment.ts';
import type { MessageBox, Unit } from '../contracts/message-box.ts';
import type { Instance, Loaded } from '../contracts/orchestration.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { type Misfit, migrateInstance, placeOfInstance } from '../orchestration/migrate/migrate-instance.ts';
import { migrationFrom } from '../orchestration/migrate/migration.ts';
import type { CompiledProgram } from '../orchestration/program.ts';
import { carryOut } from './carry-out.ts';
import { load } from './documents.ts';
import { withdrawn } from './withdrawn.ts';

export interface MigrationOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Whose callers would be told, by name. */
  readonly hostName: string;
}

/** `at`: where it stands under the version that it has. */
export type MigrationStep = { readonly at: Place } & ({ readonly unit: Unit } | { readonly misfit: Misfit });

export interface Place {
  readonly shape: string;
  readonly line: number;
}

/** Nothing is written yet. */
export async function migrationStep(
  instance: Instance,
  from: Deployment,
  to: Deployment,
  options: MigrationOptions,
): Promise<MigrationStep> {
  const [old, next] = [boundIn(from, instance), boundIn(to, instance)];
  const at = placeOf(instance, old);
  const misfit = (reason: string): MigrationStep => ({ at, misfit: { reason, ...at } });
  if (!old || !next) return misfit(`it has no orchestration "${instance.program}"`);
  const loaded = await loadHeld(instance, to, options.box);
  if (typeof loaded === 'string') return misfit(loaded);
  const now = options.clock.now();
  const migration = migrationFrom(next.migrations ?? [], instance.version);
  const versions = { from: old.program, to: next.program, migration, rebound: reboundIn(old, next) };
  const migrated = migrateInstance({ instance, ...versions, at: now, loaded });
  if ('misfit' in migrated) return { at, misfit: migrated.misfit };
  const event = { kind: 'resumed', at: now } as const;
  const { hostName: host, clock, newId, box } = options;
  const taken = migrated.step;
  const unit = carryOut({ deployment: to, bound: next, instance, taken, event, loaded, clock, newId, host });
  const data = { from: instance.version, to: to.definition.hash, shape: at.shape };
  const by = migration ? { migration: migration.file } : {};
  const moved = { name: 'instance-moved', at: now, instance: instance.id, data: { ...data, ...by } };
  const operate = await withdrawn(taken.commands, box, now);
  return { at, unit: { ...unit, operate, track: [moved, ...(unit.track ?? [])] } };
}

export const boundIn = ({ orchestrations }: Deployment, { program }: Instance): BoundOrchestration | undefined =>
  orchestrations.find((each) => each.program.name === program);

/** Logical ports that stand for other ports there. */
export function reboundIn(from: BoundOrchestration, to: BoundOrchestration): Set<string> {
  const other = [...from.ports].filter(([port, { name }]) => to.ports.has(port) && to.ports.get(port)!.name !== name);
  return new Set(other.map(([port]) => port));
}

function placeOf(instance: Instance, bound: BoundOrchestration | undefined): Place {
  const shape = bound && placeOfInstance(instance, bound.program as CompiledProgram);
  return { shape: shape?.name ?? '', line: shape?.line ?? 0 };
}

/** As the version reads them; or why it cannot. */
async function loadHeld(
  { messages }: Instance,
  { schemas }: Deployment,
  box: MessageBox,
): Promise<ReadonlyMap<string, Loaded> | string> {
  const held = messages.length === 0 ? [] : await box.read(messages);
  const missing = messages.find((_, index) => held[index] === undefined);
  if (missing !== undefined) return `its message ${missing} is not there any more`;
  try {
    const loaded = await Promise.all(held.map((message) => load(message!, schemas)));
    return new Map(loaded.map((message) => [message.id, message]));
  } catch (thrown) {
    if (!isBusError(thrown) || thrown.kind !== 'message') throw thrown;
    return `a message that it holds cannot be read there: ${thrown.message.replace(/\.$/, '')}`;
  }
}
