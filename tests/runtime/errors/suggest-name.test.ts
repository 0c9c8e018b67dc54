/** What is suggested for an unknown name. */
import { suggestName } from '../../../runtime/errors/suggest-name.ts';

const known = ['street-report', 'litter-survey', 'works-enquiry', 'works-update', 'id'];

test.each([
  ['the nearest', 'works-enquirey', known, 'works-enquiry'],
  ['letter case counts little', 'ID', known, 'id'],
  ['one that it is the beginning of', 'litter', known, 'litter-survey'],
  ['one that it is the end of', 'update', known, 'works-update'],
  ['one that is part of it', 'litter-survey-of-the-whole-town', known, 'litter-survey'],
  ['the closest three where none is near', 'xyz', known, 'id, works-update or street-report'],
  ['the only one', 'xyzxyz', ['id'], 'id'],
  ['nothing where nothing is known', 'xyz', [], undefined],
])('%s', (_, name, names, suggestion) => {
  expect(suggestName(name, names)).toBe(suggestion);
});
