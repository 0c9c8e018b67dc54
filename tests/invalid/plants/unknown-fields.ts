/** Fields that a schema does not have. */
import { map } from './files.ts';
import type { Plant } from './plant.ts';

export const unknownFields: readonly Plant[] = [
  {
    what: 'of the target, misspelt',
    file: map('report-to-enquiry'),
    right: 'EnquiryLocation:',
    wrong: 'EnquiryLocatoin:',
    code: 'MAP_UNKNOWN_FIELD',
    at: 'EnquiryLocatoin',
    suggestion: 'EnquiryLocation',
    together: true,
  },
  {
    what: 'of the target, required and misspelt',
    file: map('survey-to-case'),
    right: '  reference:',
    wrong: '  referense:',
    code: 'MAP_UNKNOWN_FIELD',
    at: 'referense',
    suggestion: 'reference',
  },
  {
    what: 'of an object of the target, like none',
    file: map('change-to-case'),
    right: '    uprn: change',
    wrong: '    nonsense: change',
    code: 'MAP_UNKNOWN_FIELD',
    at: 'nonsense',
    suggestion: 'phone, uprn or email',
  },
  {
    what: 'of the target, in the wrong object',
    file: map('report-to-enquiry'),
    right: '  Easting: decimal',
    wrong: '    Easting: decimal',
    code: 'MAP_UNKNOWN_FIELD',
    at: 'Easting',
    suggestion: 'Easting beside the fields of the whole',
  },
  {
    what: 'of the source, misspelt',
    file: map('report-to-lookup'),
    right: 'location.usrn',
    wrong: 'location.ursn',
    code: 'MAP_EXPRESSION',
    at: 'ursn',
    suggestion: 'usrn',
  },
  {
    what: 'of the source, that stands deeper',
    file: map('report-to-case'),
    right: 'report.location.uprn',
    wrong: 'report.uprn',
    code: 'MAP_EXPRESSION',
    at: 'uprn',
    suggestion: 'report.location.uprn',
  },
];
