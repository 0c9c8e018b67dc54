/** The definitions that instances run under: the current deployment, and older ones compiled again when needed. */
import type { BoundOrchestration, Deployment } from '../contracts/deployment.ts';
import type { Definition, MessageBox } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';

export interface Definitions {
  /** What `instance` runs under; without one, what a new instance of the subscriber would run under. */
  find(subscriber: string, instance: Instance | undefined): Promise<Found>;
  /** The same where it is at hand. */
  peek(subscriber: string, instance: Instance | undefined): Found | undefined;
}

export interface Found {
  readonly deployment: Deployment;
  readonly bound: BoundOrchestration;
}

/** Compiles a deployed definition; throws BusError when this program can no longer do it. */
export type Recompile = (definition: Definition) => Promise<Deployment>;

export function createDefinitions(current: Deployment, box: MessageBox, recompile: Recompile): Definitions {
  const known = new Map<string, Promise<Deployment>>([[current.definition.hash, Promise.resolve(current)]]);

  async function older(hash: string, instance: string): Promise<Deployment> {
    const definition = await box.definition(hash);
    if (!definition) throw busError('UNKNOWN_DEFINITION', { instance, hash });
    return recompile(definition);
  }

  function deploymentOf(hash: string, instance: string): Promise<Deployment> {
    const found = known.get(hash) ?? older(hash, instance);
    known.set(hash, found);
    found.catch(() => known.delete(hash));
    return found;
  }

  return {
    async find(subscriber, instance) {
      const hash = instance?.version ?? current.definition.hash;
      const deployment = await deploymentOf(hash, instance?.id ?? '');
      const bound = boundIn(deployment, subscriber);
      if (!bound) throw busError('UNKNOWN_DEFINITION', { instance: instance?.id ?? subscriber, hash });
      return { deployment, bound };
    },
    peek(subscriber, instance) {
      if (instance && instance.version !== current.definition.hash) return undefined;
      const bound = boundIn(current, subscriber);
      return bound && { deployment: current, bound };
    },
  };
}

const boundIn = ({ orchestrations }: Deployment, subscriber: string): BoundOrchestration | undefined =>
  orchestrations.find(({ program }) => subscriberOf.orchestration(program.name) === subscriber);
