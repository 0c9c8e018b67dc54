/** Collects what is used all over a file and checked at its end: ports, scopes, handlers, activations. */
import type { Activation, Call } from '../contracts/orchestration.ts';
import type { Path } from '../contracts/source.ts';
import type { Compiler, PortUse } from './compiler.ts';

export interface Uses {
  readonly ports: Map<string, UsedPort>;
  readonly activations: UsedActivation[];
  readonly calls: Call[];
  readonly scopes: { readonly name: string; readonly path: Path }[];
  readonly caught: { readonly error: string; readonly path: Path }[];
}

export interface UsedActivation {
  readonly activation: Activation;
  readonly initialises: readonly string[];
  readonly path: Path;
}

export interface UsedPort {
  readonly receives: Set<string>;
  readonly sends: Set<string>;
  readonly at: Map<PortUse['as'], Path>;
}

type Collecting = Pick<Compiler, 'called' | 'port' | 'activation' | 'scopeUsed' | 'caught'> & { readonly uses: Uses };

export function collectUses(): Collecting {
  const uses: Uses = { ports: new Map(), activations: [], calls: [], scopes: [], caught: [] };
  return {
    uses,

    port: (value, path, { as, receives, sends }) => {
      if (typeof value !== 'string') return '';
      const port = uses.ports.get(value) ?? { receives: new Set(), sends: new Set(), at: new Map() };
      uses.ports.set(value, port);
      if (receives) port.receives.add(receives);
      if (sends) port.sends.add(sends);
      if (!port.at.has(as)) port.at.set(as, path);
      return value;
    },

    called: (call) => void uses.calls.push(call),
    activation: (activation, initialises, path) => void uses.activations.push({ activation, initialises, path }),
    scopeUsed: (name, path) => void uses.scopes.push({ name, path }),
    caught: (error, path) => void uses.caught.push({ error, path }),
  };
}
