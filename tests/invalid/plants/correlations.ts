/** Correlation sets that are never initialised. */
import { orchestration } from './files.ts';
import type { Plant } from './plant.ts';

export const correlations: readonly Plant[] = [
  {
    what: 'by a request',
    file: orchestration,
    right: 'response: confirmation, initialises: enquiry }',
    wrong: 'response: confirmation }',
    code: 'CORRELATION_NOT_INITIALISED',
    at: 'enquiry }\n              do:',
    found: orchestration,
    suggestion: 'initialises: enquiry on the request in line 61',
    together: true,
  },
  {
    what: 'by the receive that activates',
    file: orchestration,
    right: ', initialises: report-id }',
    wrong: ' }',
    code: 'CORRELATION_NOT_INITIALISED',
    at: 'report-id }\n              do:',
    found: orchestration,
    suggestion: 'initialises: report-id on the receive in line 29',
  },
  {
    what: 'by a request on one path only',
    file: orchestration,
    right: '- request: { port: works, send: enquiry, response: confirmation, initialises: enquiry }',
    wrong:
      '- decide: [{ when: place.owner == "district", do: [{ request: { port: works, send: enquiry, response: confirmation, initialises: enquiry } }] }]',
    code: 'CORRELATION_NOT_INITIALISED',
    at: 'enquiry }\n              do:',
    found: orchestration,
    suggestion: 'the request in line 61, which initialises it, on every path to here',
    follows: ['USED_BEFORE_CONSTRUCTION'],
  },
  {
    what: 'a set that does not exist',
    file: orchestration,
    right: 'follows: enquiry }',
    wrong: 'follows: enquriy }',
    code: 'UNKNOWN_CORRELATION',
    at: 'enquriy',
    suggestion: 'enquiry',
  },
];
