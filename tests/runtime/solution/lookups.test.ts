/** Lookup tables: read whole, with every bad row told by its line. */
import { readLookups } from '../../../runtime/solution/lookups.ts';

function read(text: string) {
  const { tables, findings } = readLookups(new Map([['config/lookups/subjects.csv', text]]), new Map());
  return { table: tables.get('subjects')!, told: findings.map(({ at, message }) => `${at.line} ${message}`) };
}

test('a header, then key and value; quotes as in CSV', () => {
  const { table, told } = read('category,code\npothole,POTH\n"a, b","say ""x"""\n');
  expect(told).toEqual([]);
  expect([...table]).toEqual([
    ['pothole', 'POTH'],
    ['a, b', 'say "x"'],
  ]);
});

test('bad rows and keys that stand twice', () => {
  const { told } = read('category,code\na,1\nb\nc,1,2\n\na,2\n');
  expect(told).toEqual([
    '3 The row has 1 columns, not two.',
    '4 The row has 3 columns, not two.',
    '6 The key "a" stands here for the second time; it first stands in line 2.',
  ]);
});

test('an empty file and an open quote', () => {
  expect(read('').told).toEqual(['1 The lookup config/lookups/subjects.csv is empty.']);
  expect(read('k,v\na,"open\n').told).toEqual([expect.stringMatching(/^\d Quote Not Closed/)]);
});
