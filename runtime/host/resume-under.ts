/** Resumes an instance under another version of its solution: how one that was stopped by a fault of its definition goes on once that is mended. */
import type { BoundOrchestration, Deployment } from '../contracts/deployment.ts';
import type { Unit } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import { moveInstance } from '../orchestration/move.ts';
import type { BreakOffOptions } from './break-off.ts';

export interface ResumeUnderOptions extends BreakOffOptions {
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
  const unfit = (reason: string) => busError('INSTANCE_UNFIT', { instance: id, version: hash, reason });
  const from = boundIn(await deploymentOf(instance.version), instance);
  const to = boundIn(await deploymentOf(hash), instance);
  if (!from || !to) throw unfit(`it has no orchestration "${instance.program}"`);
  const moved = moveInstance(instance, from.program, to.program);
  if ('misfit' in moved) throw unfit(moved.misfit);
  const rebound = [...from.ports].find(([port, { name }]) => to.ports.has(port) && to.ports.get(port)!.name !== name);
  if (rebound)
    throw unfit(
      `its port "${rebound[0]}" is bound to ${to.ports.get(rebound[0])!.name} in place of ${rebound[1].name}`,
    );
  const now = clock.now();
  const track = [{ name: 'instance-moved', at: now, instance: id, data: { from: instance.version, to: hash } }];
  return { now, instances: [moved.instance], operate: [{ kind: 'resume-instance', instance: id }], track };
}

const boundIn = ({ orchestrations }: Deployment, { program }: Instance): BoundOrchestration | undefined =>
  orchestrations.find((each) => each.program.name === program);
