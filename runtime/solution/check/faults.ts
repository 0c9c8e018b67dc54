/** Checks the expressions of fault rules. */
import type { Finding } from '../../contracts/finding.ts';
import { faultsOf } from '../filters.ts';
import type { Model } from '../model.ts';

export function checkFaults(model: Model): Finding[] {
  return model.ports.allSend.flatMap((port) => faultsOf(model, port).findings);
}
