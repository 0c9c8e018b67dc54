/** Secrets that are not set. */
import { contactCentre, streetCare } from './files.ts';
import type { Plant } from './plant.ts';

export const secrets: readonly Plant[] = [
  {
    what: 'like one that is set',
    file: contactCentre,
    right: '    timeout: 10s',
    wrong: '    auth: { type: bearer, token: { secret: CONTACT_CENTER_TOKEN } }\n    timeout: 10s',
    code: 'SECRET_MISSING',
    at: 'CONTACT_CENTER_TOKEN',
    suggestion: 'CONTACT_CENTRE_TOKEN',
  },
  {
    what: 'like none that is set',
    file: streetCare,
    right: '    timeout: 5s',
    wrong: '    auth: { type: basic, user: northmoor, password: { secret: GAZETTEER_PASSWORD } }\n    timeout: 5s',
    code: 'SECRET_MISSING',
    at: 'GAZETTEER_PASSWORD',
    suggestion: 'to set it: GAZETTEER_PASSWORD=<value> in the environment',
    together: true,
  },
  {
    what: 'of a SOAP port',
    file: streetCare,
    right: '    timeout: 60s',
    wrong: '    auth: { type: basic, user: northmoor, password: { secret: WORKS_PASSWORD } }\n    timeout: 60s',
    code: 'SECRET_MISSING',
    at: 'WORKS_PASSWORD',
    suggestion: 'to set it: WORKS_PASSWORD=<value> in the environment',
  },
];
