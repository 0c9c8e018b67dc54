/** Schemas, and message types, that do not exist. */
import { map, orchestration } from './files.ts';
import type { Plant } from './plant.ts';

export const unknownSchemas: readonly Plant[] = [
  {
    what: 'a file of a message type, misspelt',
    file: 'schemas/street-report.message.yaml',
    right: 'schema: street-report.',
    wrong: 'schema: street-reprot.',
    code: 'SCHEMA_FILE_UNKNOWN',
    at: 'street-reprot.',
    suggestion: 'street-report.schema.json',
    together: true,
  },
  {
    what: 'a file of a message type, like none',
    file: 'schemas/litter-survey.message.yaml',
    right: 'schema: litter-survey.schema.json',
    wrong: 'schema: no/where.xsd',
    code: 'SCHEMA_FILE_UNKNOWN',
    at: 'no/where',
    suggestion: 'litter-survey.schema.json',
  },
  {
    what: 'an element of a WSDL',
    file: 'schemas/works/works-enquiry.message.yaml',
    right: 'NewEnquiry"',
    wrong: 'NewEnquirey"',
    code: 'ROOT_UNKNOWN',
    at: '"{urn:northmoor:works}NewEnquirey"',
    found: 'schemas/works/works-enquiry.message.yaml',
    suggestion: '{urn:northmoor:works}NewEnquiry',
  },
  {
    what: 'a source of a map',
    file: map('survey-to-case'),
    right: 'survey: litter-survey',
    wrong: 'survey: liter-survey',
    code: 'MAP_UNKNOWN_TYPE',
    at: 'liter-survey',
    suggestion: 'litter-survey',
  },
  {
    what: 'a message of an orchestration',
    file: orchestration,
    right: 'place: gazetteer-match',
    wrong: 'place: gazeteer-match',
    code: 'UNKNOWN_MESSAGE',
    at: 'gazeteer-match',
    suggestion: 'gazetteer-match',
  },
];
