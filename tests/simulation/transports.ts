/** The transport that simulated solutions stand on: a host fills in what it does. */
import type { Adapter } from '../../runtime/contracts/adapter.ts';
import type { Deployment } from '../../runtime/contracts/deployment.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';

const OPTIONS = { type: 'object', properties: {}, additionalProperties: false };

const simulatedTransport: Omit<Adapter, 'receive' | 'send'> = {
  name: 'simulated',
  summary: 'A transport whose far ends are simulated.',
  receiveConfig: OPTIONS,
  sendConfig: OPTIONS,
  examples: [],
  check: () => [],
};

/** What a host does its transport with; `folder` is the one that may run on one host only. */
export interface Transports {
  readonly simulated: Adapter;
  readonly folder: Adapter;
}

export function transportsOf(does: Required<Pick<Adapter, 'receive' | 'send'>>): Transports {
  const simulated = { ...simulatedTransport, ...does };
  return { simulated, folder: { ...simulated, name: 'simulated-folder', exclusive: true } };
}

/** Throws what `check` would tell. */
export function compileOver({ simulated, folder }: Transports, files: Readonly<Record<string, string>>): Deployment {
  const options = { adapters: [simulated, folder], env: {}, resolvePath: (path: string) => path };
  const { deployment, findings } = compileSolution(new Map(Object.entries(files)), options);
  if (deployment) return deployment;
  throw new Error(findings.map(({ at, message }) => `${at.file}:${at.line} ${message}`).join('\n'));
}

/** The same, over the transports of one host. */
export function boundTo({ simulated, folder }: Transports, deployment: Deployment): Deployment {
  return {
    ...deployment,
    sendPorts: deployment.sendPorts.map((port) => ({ ...port, adapter: simulated })),
    receivePorts: deployment.receivePorts.map((port) => ({
      ...port,
      locations: port.locations.map((location) => ({
        ...location,
        adapter: location.adapter.exclusive ? folder : simulated,
      })),
    })),
  };
}

/** A JSON Schema in which all that is required is text. */
export const schemaOf = (required: readonly string[], more: object = {}): string =>
  JSON.stringify({
    type: 'object',
    required,
    properties: { ...Object.fromEntries(required.map((name) => [name, { type: 'string' }])), ...more },
  });
