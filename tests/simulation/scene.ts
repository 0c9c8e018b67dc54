/** What a simulated bus is made of and what is true of it alone: a solution, the answers of its far ends, its rules. */
import type { Deployment } from '../../runtime/contracts/deployment.ts';
import type { InstanceRecord } from '../../runtime/contracts/inspection.ts';
import type { Books } from './judge.ts';
import { judgeOutputs } from './judge-outputs.ts';
import type { Plan, SceneName } from './plan.ts';
import { judgeProcesses, mayWait } from './processes/judge.ts';
import { deploymentsOver } from './processes/solution.ts';
import { deploymentOver, expectedSubscriptions } from './solution.ts';
import type { Transports } from './transports.ts';

export interface Scene {
  /** All versions of the solution; hosts begin with the first. */
  deployments(transports: Transports, plan: Plan): readonly Deployment[];
  /** Standing subscriptions that what was received at a port must meet, by what its sender meant; undefined where any will do. */
  expected(port: string, about: { kind: string; weight?: number }): readonly string[] | undefined;
  /** An instance that waits, rightly, for what may never come. */
  mayWait(record: InstanceRecord): boolean;
  judge(books: Books): void;
  /** Systems that an instance asks anew, under a new key, when operators resume it. */
  readonly asked: ReadonlySet<string>;
}

export const scenes: Readonly<Record<SceneName, Scene>> = {
  post: {
    deployments: (transports, { onFailure }) => [deploymentOver(transports, onFailure)],
    expected: expectedSubscriptions,
    mayWait: () => false,
    judge: judgeOutputs,
    asked: new Set(['depot']),
  },
  processes: {
    deployments: (transports, { late }) => deploymentsOver(transports, late),
    expected: () => undefined,
    mayWait,
    judge: judgeProcesses,
    asked: new Set(['depot', 'assessor']),
  },
};
