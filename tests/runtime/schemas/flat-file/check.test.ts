/** What is wrong with a *.flat.yaml is told at its place, all of it at once, and with what was probably meant. */
import { compileFiles } from '../compiled.ts';

function findingsOf(layout: string, options = ''): string[] {
  const files = {
    'schemas/it.flat.yaml': layout,
    'schemas/it.message.yaml': `message: it\nschema: it.flat.yaml\n${options}`,
  };
  return compileFiles(files).findings.map(
    ({ at, message, suggestion }) => `${at.line}:${at.column} ${message}${suggestion ? ` (${suggestion})` : ''}`,
  );
}

test.each([
  [
    'an unknown encoding',
    'flat: t\nencoding: windows-1225\nlayout: [{ record: r, delimiter: ",", fields: { a: {} } }]\n',
    '2:11 The encoding windows-1225 is not known. (windows-1252)',
  ],
  [
    'a positional field without a length',
    'flat: t\nlayout:\n  - record: r\n    fields: { a: { length: 2 }, b: {} }\n',
    '4:33 b needs a `length`',
  ],
  [
    'places that overlap',
    'flat: t\nlayout:\n  - record: r\n    fields:\n      a: { length: 4 }\n      b: { at: 3, length: 2 }\n',
    '6:7 b begins at position 3, where a has not ended.',
  ],
  [
    'a total of no record',
    'flat: t\nlayout:\n  - record: row\n    tag: R\n    repeat: true\n    fields: { a: { length: 1 } }\n  - record: end\n    tag: T\n    fields: { n: { length: 3, total: { count: rows } } }\n',
    '9:38 There is no record rows. (row)',
  ],
  [
    'a total of no field',
    'flat: t\nlayout:\n  - record: row\n    tag: R\n    fields: { amount: { length: 1 } }\n  - record: end\n    tag: T\n    fields: { n: { length: 3, total: { sum: row.amonut } } }\n',
    'The record row has no field amonut. (amount)',
  ],
  [
    'two records that nothing tells apart',
    'flat: t\nlayout:\n  - record: a\n    repeat: true\n    fields: { x: { length: 1 } }\n  - record: b\n    fields: { x: { length: 1 } }\n',
    '3:5 Nothing tells where a ends and b begins',
  ],
  [
    'a delimiter that is the escape character',
    'flat: t\nlayout:\n  - record: r\n    delimiter: ","\n    escape: ","\n    fields: { a: {} }\n',
    '5:13 The delimiter and the escape character are the same.',
  ],
  [
    'padding that eats what it pads',
    'flat: t\nlayout:\n  - record: r\n    fields: { a: { length: 8, pad: "0" } }\n',
    'a would lose every 0 at its end',
  ],
  [
    'packed digits among line ends',
    'flat: t\nencoding: cp037\nlayout:\n  - record: r\n    fields: { a: { length: 3, type: integer, form: packed } }\n',
    'may look like the end of a record',
  ],
  [
    'packed digits in characters of several bytes',
    'flat: t\nrecords: { length: 3 }\nlayout:\n  - record: r\n    fields: { a: { length: 3, type: integer, form: packed } }\n',
    'needs an encoding of one byte a character, not utf-8',
  ],
  [
    'a record that is longer than all',
    'flat: t\nrecords: { length: 4 }\nlayout:\n  - record: r\n    fields: { a: { length: 5 } }\n',
    'r is 5 long, but `records` says that every record has 4.',
  ],
  [
    'a date without a year',
    'flat: t\nlayout:\n  - record: r\n    fields: { a: { length: 4, type: date, pattern: ddMM } }\n',
    'The pattern ddMM of a date lacks a year',
  ],
  [
    'two records of one name',
    'flat: t\nlayout:\n  - record: r\n    tag: a\n    fields: { a: { length: 1 } }\n  - record: r\n    tag: b\n    fields: { a: { length: 1 } }\n',
    'r stands twice in one list',
  ],
])('%s', (_, layout, expected) => {
  expect(findingsOf(layout).join('\n')).toContain(expected);
});

const two = 'flat: t\nlayout:\n  - record: row\n    fields: { a: { length: 1 } }\n';

test('a record that the layout does not have', () => {
  expect(findingsOf(two, 'record: rwo\n')).toEqual(['3:9 schemas/it.flat.yaml has no record or group rwo. (row)']);
});

test('a promoted property of no field', () => {
  expect(findingsOf(two, 'record: row\npromote: { r.a: aa }\n')).toEqual([
    '4:17 The message type it has no field aa. (a)',
  ]);
});
