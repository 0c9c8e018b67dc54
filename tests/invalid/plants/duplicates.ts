/** Names that are taken. */
import { contactCentre, map, orchestration, streetCare } from './files.ts';
import type { Plant } from './plant.ts';

const FILE_PORT = '\n    transport: file\n    folder: data/x\n    pipeline: json-send\n';

export const duplicates: readonly Plant[] = [
  {
    what: 'a map',
    file: map('report-to-lookup'),
    right: 'map: report-to-lookup',
    wrong: 'map: report-to-case',
    code: 'DUPLICATE_NAME',
    at: 'report-to-case',
    suggestion: 'report-to-lookup',
    together: true,
  },
  {
    what: 'a message type',
    file: 'schemas/litter-survey.message.yaml',
    right: 'message: litter-survey',
    wrong: 'message: street-report',
    code: 'DUPLICATE_NAME',
    at: 'street-report',
    suggestion: 'litter-survey',
  },
  {
    what: 'a port of another application',
    file: contactCentre,
    right: 'sendPorts:',
    wrong: `sendPorts:\n  works:${FILE_PORT}`,
    code: 'DUPLICATE_NAME',
    at: 'works',
    suggestion: 'works-2',
  },
  {
    what: 'a send port called as a receive port of the same application',
    file: streetCare,
    right: 'sendPorts:',
    wrong: `sendPorts:\n  litter-surveys:${FILE_PORT}`,
    code: 'DUPLICATE_NAME',
    at: 'litter-surveys',
    suggestion: 'litter-surveys-2',
  },
  {
    what: 'a port of the same section',
    file: streetCare,
    right: '\nbindings:',
    wrong: `\n  works:${FILE_PORT}\nbindings:`,
    code: 'DUPLICATE_KEY',
    at: 'works',
    suggestion: 'works-2',
  },
  {
    what: 'a field of a map',
    file: map('report-to-case'),
    right: '  customer:',
    wrong: '  text: report.id\n  customer:',
    code: 'DUPLICATE_KEY',
    at: 'text',
    suggestion: 'only the one in line 10',
  },
  {
    what: 'a scope',
    file: orchestration,
    right: '            name: ask the works system',
    wrong: '            name: find the street',
    code: 'DUPLICATE_SCOPE',
    at: 'find the street',
    suggestion: 'find the street 2',
  },
];
