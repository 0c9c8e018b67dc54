/**
 * Takes running instances of an orchestration to a version of the solution, each by a commit of its own: it has the new version with the
 * subscriptions and timers that belong to it, or is as it was. What does not fit is left alone and told, with the reason.
 */
import type { Deployment } from '../contracts/deployment.ts';
import type { Definition } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { type MigrationOptions, type MigrationStep, migrationStep } from './migration-step.ts';

export interface MigrateOptions extends MigrationOptions {
  /** The deployment of that hash. Rejects with NOT_FOUND, OLD_DEFINITION_UNUSABLE. */
  deploymentOf(hash: string): Promise<Deployment>;
  /** Of one that is not deployed. Rejects with OLD_DEFINITION_UNUSABLE. */
  compile(definition: Definition): Promise<Deployment>;
}

export interface MigrationOrder {
  readonly orchestration: string;
  /** Only that one; without it, a page of all that have not ended. */
  readonly instance?: string;
  /** The hash of the version that they come to. */
  readonly to: string;
  /** That version, where it is not deployed yet; only for a dry run. */
  readonly definition?: Definition;
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** `next` of the page before. */
  readonly after?: string;
  /** How many at a time. */
  readonly limit: number;
}

export interface MigrationReport {
  readonly to: string;
  readonly moved: readonly Moved[];
  /** They are as they were. */
  readonly unfit: readonly Unmoved[];
  /** How many had the version already. */
  readonly current: number;
  /** There may be more: the page after this one. */
  readonly next?: string;
}

export interface Moved {
  readonly instance: string;
  readonly from: string;
  /** Where it stands. */
  readonly shape: string;
  readonly line: number;
}

export interface Unmoved extends Moved {
  readonly code: string;
  readonly reason: string;
}

export interface Migrator {
  /** Rejects with NOT_FOUND for an instance, an orchestration or a version that is not there; ALREADY_ENDED. */
  migrate(order: MigrationOrder): Promise<MigrationReport>;
}

const OPEN = ['waiting', 'suspended', 'running'] as const;
/** An instance that takes steps of its own meanwhile is looked at so often. */
const ATTEMPTS = 5;
/** Deployments that are kept from one page to the next. */
const KEPT = 16;

export function createMigrator(options: MigrateOptions): Migrator {
  const known = new Map<string, Promise<Deployment>>();
  const remembering = (hash: string, make: () => Promise<Deployment>): Promise<Deployment> => {
    const found = known.get(hash) ?? make();
    if (known.size >= KEPT) known.clear();
    known.set(hash, found);
    found.catch(() => known.delete(hash));
    return found;
  };
  const deploymentOf = (hash: string) => remembering(hash, () => options.deploymentOf(hash));
  const compile = (definition: Definition) => remembering(definition.hash, () => options.compile(definition));
  return { migrate: (order) => migrate(order, { ...options, deploymentOf, compile }) };
}

async function migrate(order: MigrationOrder, options: MigrateOptions): Promise<MigrationReport> {
  const { definition } = order;
  const target = definition ? await options.compile(definition) : await options.deploymentOf(order.to);
  const { instances, next } = await pageOf(order, options);
  const moved: Moved[] = [];
  const unfit: Unmoved[] = [];
  const older = instances.filter(({ version }) => version !== order.to);
  for (const instance of older) {
    const outcome = await migrateOne(instance, target, order.dryRun, options);
    if (outcome && 'reason' in outcome) unfit.push(outcome);
    else if (outcome) moved.push(outcome);
  }
  const current = instances.length - older.length;
  return { to: order.to, moved, unfit, current, ...(next === undefined ? {} : { next }) };
}

async function pageOf(
  { orchestration, instance: id, after, limit }: MigrationOrder,
  { box }: MigrateOptions,
): Promise<{ readonly instances: readonly Instance[]; readonly next?: string }> {
  if (id !== undefined) return { instances: [await openInstance(id, orchestration, box)] };
  const [status = OPEN[0], before] = after?.split(' ') ?? [];
  const at = OPEN.findIndex((each) => each === status);
  if (at < 0) throw busError('ADMIN_BAD_REQUEST', { reason: `"after" is the "next" of an answer, not "${after}"` });
  const query = { program: orchestration, status: OPEN[at]!, limit, ...(before ? { before } : {}) };
  const found = (await box.inspection.instances(query)).map(({ instance }) => instance);
  const more = found.length === limit ? `${status} ${found.at(-1)!.id}` : OPEN[at + 1];
  return { instances: found, ...(more === undefined ? {} : { next: more }) };
}

async function openInstance(id: string, orchestration: string, box: MigrateOptions['box']): Promise<Instance> {
  const { instance } = (await box.inspection.instance(id)) ?? {};
  if (!instance || instance.program !== orchestration) throw busError('NOT_FOUND', { what: 'instance', id });
  if (instance.status === 'completed' || instance.status === 'terminated')
    throw busError('ALREADY_ENDED', { what: 'Instance', id, state: instance.status });
  return instance;
}

/** Undefined when it has ended meanwhile, or has the version by now. */
async function migrateOne(
  first: Instance,
  to: Deployment,
  dryRun: boolean,
  options: MigrateOptions,
): Promise<Moved | Unmoved | undefined> {
  let instance = first;
  for (let attempt = 1; ; attempt += 1) {
    const { id, version } = instance;
    const step = await stepOf(instance, to, options);
    const moved: Moved = { instance: id, from: version, ...step.at };
    if ('misfit' in step) return { ...moved, ...step.misfit, code: 'INSTANCE_UNFIT' };
    if (dryRun) return moved;
    try {
      await options.box.commit(step.unit);
      return moved;
    } catch (thrown) {
      if (!isBusError(thrown) || thrown.code !== 'INSTANCE_STALE') throw thrown;
      if (attempt === ATTEMPTS) return { ...moved, code: thrown.code, reason: 'it takes steps of its own just now' };
    }
    const again = (await options.box.inspection.instance(id))?.instance;
    if (!again || again.version === to.definition.hash || !OPEN.some((status) => status === again.status))
      return undefined;
    instance = again;
  }
}

/** An old version that cannot be read any more keeps its instances, and them alone. */
async function stepOf(instance: Instance, to: Deployment, options: MigrateOptions): Promise<MigrationStep> {
  try {
    return await migrationStep(instance, await options.deploymentOf(instance.version), to, options);
  } catch (thrown) {
    if (!isBusError(thrown) || thrown.kind === 'transient' || thrown.kind === 'bug') throw thrown;
    const at = { shape: '', line: 0 };
    return { at, misfit: { ...at, reason: thrown.message.replace(/\.$/, '') } };
  }
}
