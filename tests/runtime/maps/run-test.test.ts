import { runMapTest } from '../../../runtime/maps/run-test.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { compileText, placeOf } from './map-fixture.ts';

const { map } = compileText(`
map: street
from: { place: place }
to: enquiry
fields:
  Number: place.usrn
  Site: { Code: place.usrn, Description: place.street }
  Subject: lookup("subjects", place.street)
`);

const run = (yaml: string) =>
  runMapTest(readYaml('mappings/street.test.yaml', yaml).source, {
    maps: new Map([['street', map!]]),
    readDocument: (path, type) => ({ usrn: path, street: type === 'place' ? 'pothole' : undefined }),
  });

test('cases pass or say what differs', () => {
  const { cases, findings } = run(`
test: streets
map: street
cases:
  - name: the same
    input: { place: { usrn: "1" } }
    expect: { Number: "1", Site: { Code: "1" } }
  - name: another
    input: { place: { usrn: "1" } }
    expect: { Number: "2", Site: { Code: "1", Description: b } }
  - name: an error
    input: { place: { usrn: "1", street: nowhere } }
    error: MAP_FAILED
  - name: by the name to catch it by
    input: { place: { usrn: "1", street: nowhere } }
    error: LOOKUP_MISS
  - name: no error
    input: { place: { usrn: "1" } }
    error: MAP_FAILED
  - input: { place: file.json }
    expect: { Number: file.json, Site: { Code: file.json, Description: pothole }, Subject: PH }
  - name: fails
    input: { place: { street: pothole } }
    expect: {}
`);
  expect(findings).toEqual([]);
  expect(cases.map(({ passed }) => passed)).toEqual([true, false, true, true, false, true, false]);
  expect(cases[1]!.message).toBe('Number: expected "2", got "1"\nSite.Description: expected "b", got nothing');
  expect(cases[4]!.message).toBe('expected the error MAP_FAILED, but the map succeeded');
  expect(cases[5]!.name).toBe('case 6');
  expect(cases[6]!.message).toContain('mappings/test.map.yaml:6:11, field Number');
});

test.each([
  ['test: a\nmap: stret\ncases: []', ['2:6 MAP_TEST_INVALID street', '3:8 MAP_TEST_INVALID']],
  ['test: a\nmap: street\ncases: [{ input: {}, expect: {} }]', ['3:9 MAP_TEST_INVALID']],
  ['test: a\nmap: street\ncases: [{ input: { plac: {} }, expect: {} }]', ['3:9 MAP_TEST_INVALID']],
  ['test: a\nmap: street\ncases: [{ input: { place: {} } }]', ['3:9 MAP_TEST_INVALID']],
  ['test: a\nmap: street\ncases: [1, { input: 3 }]', ['3:9 MAP_TEST_INVALID', '3:12 MAP_TEST_INVALID']],
])('%j is told about', (yaml, expected) => {
  expect(run(yaml).findings.map(placeOf)).toEqual(expected);
});
