/** Ports of the orchestration that are bound to nothing. */
import { orchestration, streetCare } from './files.ts';
import type { Plant } from './plant.ts';

export const unboundPorts: readonly Plant[] = [
  {
    what: 'a send port',
    file: streetCare,
    right: '    gazetteer: gazetteer\n',
    wrong: '',
    code: 'UNBOUND_PORT',
    at: 'report-street-problem:',
    found: streetCare,
    suggestion: 'gazetteer: gazetteer',
    together: true,
  },
  {
    what: 'a receive port of another name',
    file: streetCare,
    right: '    withdrawals: report-withdrawals\n',
    wrong: '',
    code: 'UNBOUND_PORT',
    at: 'report-street-problem:',
    found: streetCare,
    suggestion: 'withdrawals: report-withdrawals',
  },
  {
    what: 'a port that is misspelt in a step',
    file: orchestration,
    right: 'request: { port: gazetteer',
    wrong: 'request: { port: gazeteer',
    code: 'UNBOUND_PORT',
    at: 'gazeteer',
    suggestion: 'gazetteer',
    follows: ['UNKNOWN_CATCH'],
  },
  {
    what: 'a port that is bound to none that exists',
    file: streetCare,
    right: '    county: county\n',
    wrong: '    county: contry\n',
    code: 'UNKNOWN_PORT',
    at: 'contry',
    suggestion: 'county',
  },
];
