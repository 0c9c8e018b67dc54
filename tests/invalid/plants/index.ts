/** Faults to plant into the reference solution, by class. */
import { correlations } from './correlations.ts';
import { duplicates } from './duplicates.ts';
import { expressions } from './expressions.ts';
import { indentation } from './indentation.ts';
import type { Plant } from './plant.ts';
import { secrets } from './secrets.ts';
import { subscriptions } from './subscriptions.ts';
import { unboundPorts } from './unbound-ports.ts';
import { unknownFields } from './unknown-fields.ts';
import { unknownSchemas } from './unknown-schemas.ts';
import { unreachable } from './unreachable.ts';

export const plants: Readonly<Record<string, readonly Plant[]>> = {
  'a field that does not exist': unknownFields,
  'a schema that does not exist': unknownSchemas,
  'a port that is not bound': unboundPorts,
  'a subscription that nothing satisfies': subscriptions,
  'a wrong indentation': indentation,
  'a name that is taken': duplicates,
  'a shape that nothing reaches': unreachable,
  'a correlation that is never initialised': correlations,
  'a secret that is not set': secrets,
  'an expression that is not CEL': expressions,
};
