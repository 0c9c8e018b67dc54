/** Shapes that nothing reaches. */
import { orchestration } from './files.ts';
import type { Plant } from './plant.ts';

export const unreachable: readonly Plant[] = [
  {
    what: 'after complete',
    file: orchestration,
    right: '          - complete: passed to the county\n',
    wrong: '          - complete: passed to the county\n          - send: { port: reports, message: receipt }\n',
    code: 'UNREACHABLE_SHAPE',
    at: 'send',
    suggestion: 'it to stand above the complete in line 52',
    together: true,
  },
  {
    what: 'after a loop without an end',
    file: orchestration,
    right: '                - complete: nothing heard for four weeks',
    wrong: '                - complete: nothing heard for four weeks\n\n  - send: { port: reports, message: receipt }',
    code: 'UNREACHABLE_SHAPE',
    at: 'send',
    suggestion: 'it to stand above the while in line 85',
  },
  {
    what: 'after a complete that comes too early',
    file: orchestration,
    right: '  - decide:\n      - when: place',
    wrong: '  - complete: too early\n\n  - decide:\n      - when: place',
    code: 'UNREACHABLE_SHAPE',
    at: 'decide',
    suggestion: 'it to stand above the complete in line 45',
  },
  {
    what: 'after terminate, before steps that others need',
    file: orchestration,
    right: '                - compensate: raise enquiry',
    wrong: '                - terminate: stop\n                - compensate: raise enquiry',
    code: 'UNREACHABLE_SHAPE',
    at: 'compensate',
    suggestion: 'it to stand above the terminate in line 102',
  },
  {
    what: 'after throw, at the beginning of a scope',
    file: orchestration,
    right: '        - transform: { map: report-to-lookup',
    wrong: '        - throw: { error: Nope }\n        - transform: { map: report-to-lookup',
    code: 'UNREACHABLE_SHAPE',
    at: 'transform',
    suggestion: 'it to stand above the throw in line 34',
  },
];
