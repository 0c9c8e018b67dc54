/** Resumes an instance under another version of its solution: how one that was stopped by a fault of its definition goes on once that is mended. */
import type { Deployment } from '../contracts/deployment.ts';
import type { Unit } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import { boundIn, type MigrationOptions, migrationStep, reboundIn } from './migration-step.ts';

export interface ResumeUnderOptions extends MigrationOptions {
  /** The deployment of that hash. Rejects with NOT_FOUND, OLD_DEFINITION_UNUSABLE. */
  deploymentOf(hash: string): Promise<Deployment>;
}

/** One commit. Rejects with NOT_FOUND, NOT_SUSPENDED, and INSTANCE_UNFIT where the instance would stand somewhere else. */
export async function resumeUnder(id: string, hash: string, options: ResumeUnderOptions): Promise<Unit> {
  const { box, clock, deploymentOf } = options;
  const { instance } = (await box.inspection.instance(id)) ?? {};
  if (!instance) throw busError('NOT_FOUND', { what: 'instance', id });
  if (instance.status !== 'suspended')
    throw busError('NOT_SUSPENDED', { what: 'Instance', id, state: instance.status });
  const [from, to] = [await deploymentOf(instance.version), await deploymentOf(hash)];
  const unfit = (reason: string) => busError('INSTANCE_UNFIT', { instance: id, version: hash, reason });
  const elsewhere = reboundReason(instance, from, to);
  if (elsewhere !== undefined) throw unfit(elsewhere);
  const step = await migrationStep(instance, from, to, options);
  if ('misfit' in step) throw unfit(step.misfit.reason);
  const { operate = [] } = step.unit;
  return { ...step.unit, now: clock.now(), operate: [...operate, { kind: 'resume-instance', instance: id }] };
}

/** What is tried again would go to somebody else. */
function reboundReason(instance: Instance, from: Deployment, to: Deployment): string | undefined {
  const [old, next] = [boundIn(from, instance), boundIn(to, instance)];
  const [port] = old && next ? reboundIn(old, next) : [];
  if (port === undefined) return undefined;
  return `its port "${port}" is bound to ${next!.ports.get(port)!.name} in place of ${old!.ports.get(port)!.name}`;
}
