import { parse } from 'csv-parse/sync';
import { createRowReader, type Dialect } from '../../../../runtime/schemas/csv/row-reader.ts';
import { fc } from '../../../properties.ts';

const COMMA: Dialect = { delimiter: ',', quote: '"' };

function read(pieces: Iterable<string>, dialect = COMMA, longest?: number): string[][] {
  const reader = createRowReader(dialect, longest);
  const rows: string[][] = [];
  const take = () => {
    while (reader.next()) rows.push([...reader.cells]);
  };
  for (const piece of pieces) {
    reader.push(piece);
    take();
  }
  reader.end();
  take();
  return rows;
}

function outcome(of: () => string[][]): string[][] | { readonly refused: string } {
  try {
    return of();
  } catch (thrown) {
    return { refused: (thrown as { code: string }).code };
  }
}

test.each<[string, Dialect, string, string[][]]>([
  [
    'LF',
    COMMA,
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'CRLF',
    COMMA,
    'a,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'CR',
    COMMA,
    'a,b\r1,2\r',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'no end of the last line',
    COMMA,
    'a,\n1,',
    [
      ['a', ''],
      ['1', ''],
    ],
  ],
  ['an LF where lines end by CRLF', COMMA, 'a\r\nb\nc\r\n', [['a'], ['b\nc']]],
  ['empty lines', COMMA, '\n\na\n\nb\n\n', [['a'], ['b']]],
  ['an empty cell alone', COMMA, 'a\n""\nb\n', [['a'], [''], ['b']]],
  [
    'quotes',
    COMMA,
    '"a","b, ""c""\n"\n"",x\n',
    [
      ['a', 'b, "c"\n'],
      ['', 'x'],
    ],
  ],
  ['no quotes', { delimiter: ',', quote: '' }, '"a,b"c\n', [['"a', 'b"c']]],
  ['a BOM', COMMA, '\uFEFF"a"\nb\n', [['a'], ['b']]],
  ['nothing', COMMA, '', []],
  ['a delimiter of several characters', { delimiter: '||', quote: "'" }, "a||b|c||'d||''e'\n", [['a', 'b|c', "d||'e"]]],
  ['marks beyond the first plane', { delimiter: '😀', quote: '😁' }, 'a😀😁b😀😁😁😁\n', [['a', 'b😀😁']]],
])('%s', (_, dialect, text, rows) => {
  expect(read([text], dialect)).toEqual(rows);
  expect(read(text.split(''), dialect)).toEqual(rows);
});

test('a row is given as soon as it is known to be whole', () => {
  const reader = createRowReader(COMMA);
  reader.push('a,b\n1,2\n3');
  expect(reader.next()).toBe(true);
  expect([reader.cells, reader.raw()]).toEqual([['a', 'b'], 'a,b\n']);
  expect(reader.next()).toBe(false);
  reader.push(',4\n5,6\n7,8\n');
  expect(reader.next()).toBe(true);
  expect([reader.cells, reader.raw()]).toEqual([['1', '2'], '1,2\n']);
  expect([reader.next(), reader.raw(), reader.next(), reader.raw()]).toEqual([true, '3,4\n', true, '5,6\n']);
  reader.end();
  expect([reader.next(), reader.raw(), reader.next(), reader.next()]).toEqual([true, '7,8\n', false, false]);
});

test.each([
  ['a\n"b\nc', 'record 2', 'line 2, column 1: a quote opens that is never closed'],
  ['a,b\n\nx,"y\ny"\n1,2"\n', 'record 3', 'line 5, column 4: a quote stands within a cell'],
  ['a\n"x\ny" ,z\n', 'record 2', 'line 3, column 3: a closing quote is followed by neither'],
  ['"a"b\n', 'record 1', 'line 1, column 4: a closing quote is followed by neither'],
])('%j is refused, and where is told', (text, record, reason) => {
  for (const pieces of [[text], text.split('')]) {
    expect(() => read(pieces)).toThrow(record);
    expect(() => read(pieces)).toThrow(reason);
  }
});

test('a row that is too long is refused before all of it is there', () => {
  expect(read(['12345\n123\n'], COMMA, 5)).toEqual([['12345'], ['123']]);
  expect(() => read(['123456\n'], COMMA, 5)).toThrow('record 1: line 1, column 1: it is longer than 5 characters');
  const reader = createRowReader(COMMA, 100);
  const feed = () => {
    for (let block = 0; block < 100; block += 1) {
      reader.push(`"${'x'.repeat(20)}`.slice(block === 0 ? 0 : 1));
      reader.next();
    }
  };
  expect(feed).toThrow('it is longer than 100 characters');
});

test('a long row that comes in small pieces is not gone through for each of them', () => {
  const pieces = ['"', ...Array.from({ length: 500_000 }, () => 'x'), '"\n'];
  expect(read(pieces)).toEqual([['x'.repeat(500_000)]]);
});

test('rows are those of csv-parse, or both refuse, wherever the text is cut', () => {
  const dialects = fc.constantFrom<Dialect>(
    COMMA,
    { delimiter: ';', quote: "'" },
    { delimiter: ',', quote: '' },
    { delimiter: '--', quote: '"' },
    { delimiter: '€', quote: '"' },
  );
  const texts = fc.string({
    unit: fc.constantFrom('\n', '\r\n', '\r', '"', "'", ',', ';', '-', '--', 'a', 'é', '€', ' ', '\uFEFF'),
  });
  const input = fc.tuple(dialects, texts, fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 20 }));
  fc.assert(
    fc.property(input, ([dialect, text, lengths]) => {
      const { delimiter, quote } = dialect;
      const marks = quote === '' ? null : quote;
      const options = {
        delimiter,
        quote: marks,
        escape: marks,
        bom: true,
        relax_column_count: true,
        skip_empty_lines: true,
      };
      const expected = outcome(() => parse(text, options) as unknown as string[][]);
      const got = outcome(() => read(piecesOf(text, lengths), dialect));
      if ('refused' in expected) expect(got).toEqual({ refused: 'CSV_SYNTAX' });
      else expect(got).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});

function* piecesOf(text: string, lengths: readonly number[]): Generator<string> {
  let at = 0;
  for (let index = 0; at < text.length; index += 1) {
    const length = lengths[index % lengths.length]! || (index % 7) + 1;
    yield text.slice(at, at + length);
    at += length;
  }
}
