/** The part of a deployment that a host runs: the applications that it was given, or all. */
import type { Deployment } from '../contracts/deployment.ts';

export function shareOf(deployment: Deployment, host: string): Deployment {
  const applications = deployment.hosts?.get(host);
  if (!applications) return deployment;
  const mine = ({ application }: { readonly application: string }) => applications.includes(application);
  return {
    ...deployment,
    receivePorts: deployment.receivePorts.filter(mine),
    sendPorts: deployment.sendPorts.filter(mine),
    orchestrations: deployment.orchestrations.filter(mine),
  };
}
