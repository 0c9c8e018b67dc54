/** Files of many kinds, as systems write them: each is read, and written back to the byte. */
import { readFileSync } from 'node:fs';
import { encodingOf } from '../../../../runtime/schemas/flat-file/encoding.ts';
import { bytes, compileOne, text, thrown } from '../compiled.ts';

const flat = (layout: string, options = '') => compileOne('it.flat.yaml', layout, options);

test('tagged segments with delimiters within delimiters, released by an escape character', () => {
  const order = flat(`
flat: order
encoding: iso-8859-1
records: { end: "'", escape: "?" }
layout:
  - record: head
    tag: UNH
    delimiter: "+"
    escape: "?"
    fields: { number: {}, kind: { delimiter: ":", escape: "?", fields: { type: {}, version: {}, agency: {} } } }
  - record: text
    tag: FTX
    repeat: true
    optional: true
    delimiter: "+"
    escape: "?"
    fields: { code: {}, text: {} }
  - group: line
    repeat: true
    layout:
      - record: item
        tag: LIN
        delimiter: "+"
        escape: "?"
        fields: { number: { type: integer }, action: {}, article: { delimiter: ":", escape: "?", fields: { id: {}, scheme: {} } } }
      - record: quantity
        tag: QTY
        delimiter: "+"
        escape: "?"
        repeat: true
        fields: { amount: { delimiter: ":", escape: "?", fields: { kind: {}, value: { type: decimal } } } }
  - record: tail
    tag: UNT
    delimiter: "+"
    fields: { segments: { type: integer, total: { count: all } }, number: {} }
`);
  const written =
    "UNH+1+ORDERS:D:96A'FTX+AAI+It?'s 3?+4 o?:clock??'LIN+1++4000862141404:EN'QTY+21:5.50'QTY+59:1'LIN+2++978:EN'QTY+21:2'UNT+8+1'";
  const document = order.read(bytes(written.replaceAll("'L", "'\r\nL")));
  expect(document).toEqual({
    head: { number: '1', kind: { type: 'ORDERS', version: 'D', agency: '96A' } },
    text: [{ code: 'AAI', text: "It's 3+4 o:clock?" }],
    line: [
      {
        item: { number: 1, article: { id: '4000862141404', scheme: 'EN' } },
        quantity: [{ amount: { kind: '21', value: '5.50' } }, { amount: { kind: '59', value: '1' } }],
      },
      { item: { number: 2, article: { id: '978', scheme: 'EN' } }, quantity: [{ amount: { kind: '21', value: '2' } }] },
    ],
    tail: { segments: 8, number: '1' },
  });
  expect(order.validate(document)).toEqual([]);
  expect(text(order.write(document))).toBe(written.replace('o?:clock', 'o:clock'));
});

const batches = `
flat: batches
records: { end: lf }
layout:
  - record: file
    tag: "1"
    fields: { created: { length: 6, type: date, pattern: yyMMdd } }
  - group: batch
    repeat: true
    layout:
      - record: start
        tag: "5"
        fields: { number: { length: 3, type: integer } }
      - record: entry
        tag: "6"
        repeat: true
        fields: { code: { length: 2 }, account: { length: 8 }, amount: { length: 8, type: decimal, scale: 2 } }
      - record: end
        tag: "8"
        fields:
          entries: { length: 4, total: { count: entry } }
          hash: { length: 4, type: string, total: { hash: entry.account, digits: 4 } }
          debits: { length: 8, type: decimal, scale: 2, total: { sum: entry.amount, where: { code: ["27", "37"] } } }
  - record: tail
    tag: "9"
    fields: { batches: { length: 3, total: { count: start } }, total: { length: 10, type: decimal, scale: 2, total: { sum: entry.amount } } }
`;
const batchFile = `${[
  '1261127',
  '5001',
  '6270000999900001250',
  '6220000000200000100',
  '80002000100001250',
  '5002',
  '6370000000500000005',
  '80001000500000005',
  '90020000001355',
].join('\n')}\n`;

test('batches in a file, each with totals of its own', () => {
  const schema = flat(batches);
  const document = schema.read(bytes(batchFile)) as { batch: { end: unknown }[]; tail: unknown };
  expect(document.batch.map(({ end }) => end)).toEqual([
    { entries: 2, hash: '0001', debits: '12.50' },
    { entries: 1, hash: '0005', debits: '0.05' },
  ]);
  expect(document.tail).toEqual({ batches: 2, total: '13.55' });
  expect(text(schema.write(document))).toBe(batchFile);
  expect(thrown(() => schema.read(bytes(batchFile.replace('90020', '90030')))).message).toContain(
    'tail.batches says 3, but it is 2',
  );
  expect(thrown(() => schema.read(bytes(batchFile.replace('0005', '0006')))).code).toBe('FLAT_TOTAL');
});

test('one batch, or one entry, is a message type of its own', () => {
  const batch = flat(batches, 'record: batch\npromote: { batch.number: start.number }\n');
  const document = batch.read(bytes(batchFile.split('\n').slice(1, 5).join('\n')));
  expect(batch.validate(document)).toEqual([]);
  expect([...batch.promote(document)]).toEqual([['batch.number', { value: 1, promoted: true }]]);
  const entry = flat(batches, 'record: entry\n');
  expect(entry.read(bytes('6270000999900001250'))).toEqual({ code: '27', account: '00009999', amount: '12.50' });
  expect(text(entry.write({ code: '27', account: '00009999', amount: '12.5' }))).toBe('6270000999900001250\n');
});

test('columns by their headings, in any order; rows that are shorter; quotes with line ends in them', () => {
  const schema = flat(`
flat: updates
encoding: windows-1252
layout:
  - record: update
    repeat: true
    headings: true
    delimiter: ","
    quote: '"'
    fields:
      number: { column: CRNo, required: true }
      when: { column: History Date/Time, type: date-time, pattern: "dd/MM/yyyy HH:mm" }
      stage: { column: Stage Desc. }
      cost: { type: decimal }
`);
  const written =
    'History Date/Time,"CRNo",Stage Desc.\r\n01/02/2026 09:30,1,"Chéck, ""now""\r\nor later"\r\n02/02/2026 00:00,2\r\n\r\n';
  expect(schema.read(Buffer.from(written, 'latin1'))).toEqual({
    update: [
      { when: '2026-02-01T09:30:00', number: '1', stage: 'Chéck, "now"\r\nor later' },
      { when: '2026-02-02T00:00:00', number: '2' },
    ],
  });
  const headed = schema.write({ update: [{ number: '7', cost: '1.20' }] });
  expect(text(headed)).toBe('CRNo,History Date/Time,Stage Desc.,cost\r\n7,,,1.20\r\n');
  expect(thrown(() => schema.read(bytes('CRNo,Colour\r\n1,2\r\n'))).message).toContain(
    '"Colour" is the heading of no field',
  );
  expect(thrown(() => schema.read(bytes('Stage Desc.\r\n1\r\n'))).message).toContain('number has no column');
  expect(thrown(() => schema.read(bytes('CRNo\r\n1,2,3\r\n'))).message).toContain('"2" is left over');
});

test('a mainframe: EBCDIC, variable records, packed and zoned digits', () => {
  const schema = flat(`
flat: ledger
encoding: cp285
records: { rdw: true }
layout:
  - record: posting
    repeat: true
    fields:
      account: { length: 6 }
      amount: { length: 4, type: decimal, form: packed, scale: 2 }
      balance: { length: 5, type: decimal, form: zoned, scale: 2 }
      count: { length: 2, type: integer, form: binary }
      months: { length: 3, type: integer, repeat: 3 }
      note: { length: 4 }
`);
  const ebcdic = encodingOf('cp285')!;
  const body = Buffer.concat([
    ebcdic.encode('A1£   ')!,
    Buffer.from('0012345d', 'hex'),
    ebcdic.encode('0012C')!,
    Buffer.from('fffe', 'hex'),
    ebcdic.encode('001002003 ok ')!,
  ]);
  const file = Buffer.concat([Uint8Array.of(0, body.byteLength + 4, 0, 0), body]);
  const document = schema.read(file);
  expect(document).toEqual({
    posting: [{ account: 'A1£', amount: '-123.45', balance: '1.23', count: -2, months: [1, 2, 3], note: ' ok' }],
  });
  expect(Buffer.from(schema.write(document)).toString('hex')).toBe(file.toString('hex'));
  expect(thrown(() => schema.read(file.subarray(0, 20))).message).toContain(
    'Record 1 of the ledger, at byte 0, is cut off',
  );
  const posting = { account: 'A', amount: '99999.999', balance: '0', count: 1, months: [], note: 'x' };
  expect(thrown(() => schema.write({ posting: [posting] })).message).toContain('has more than 2 decimal places');
});

test('fixed records without line ends', () => {
  const schema = flat(`
flat: cards
encoding: us-ascii
records: { length: 8 }
layout:
  - record: card
    repeat: true
    fields: { id: { length: 3 }, amount: { length: 4, type: integer, sign: trailing } }
`);
  expect(schema.read(bytes('A01012- B020030 '))).toEqual({
    card: [
      { id: 'A01', amount: -12 },
      { id: 'B02', amount: 30 },
    ],
  });
  expect(
    text(
      schema.write({
        card: [
          { id: 'A01', amount: -12 },
          { id: 'B02', amount: 30 },
        ],
      }),
    ),
  ).toBe('A01012- B02030  ');
  expect(thrown(() => schema.read(bytes('A01012- B02'))).message).toContain(
    'Record 2 of the cards, at byte 8, is cut off: 3 bytes of 8',
  );
});

test('a header and a trailer that only their place tells', () => {
  const schema = flat(`
flat: plain
layout:
  - record: title
    delimiter: tab
    fields: { name: {} }
  - record: row
    repeat: true
    tag: R
    delimiter: tab
    fields: { a: { type: integer }, b: { repeat: 4, repeatDelimiter: "^" } }
  - record: sum
    last: true
    delimiter: tab
    fields: { rows: { total: { count: row } } }
`);
  const written = 'Readings\r\nR\t1\tx^y\r\nR\t2\t\r\n2\r\n';
  const document = schema.read(bytes(written));
  expect(document).toEqual({ title: { name: 'Readings' }, row: [{ a: 1, b: ['x', 'y'] }, { a: 2 }], sum: { rows: 2 } });
  expect(text(schema.write(document))).toBe(written);
});

const gazetteer = readFileSync(
  new URL('../../../../schemas/gazetteer/gazetteer-changes.flat.yaml', import.meta.url),
  'utf8',
);

test('changes of a gazetteer keep their order, and kinds that nobody described', () => {
  const schema = flat(gazetteer);
  const written = [
    '10,"NORTHMOOR",9901,2026-11-01,1,2026-11-01,06:30:00,"7.3","C"',
    '21,"U",1,010090000001,1,2,2001-01-31,"RD04",,412345.00,398765.50,1,9901,2001-01-31,,2026-10-31,2001-01-31,"","E05000001","",,,""',
    '15,"I",2,00700123,"DEPOT LANE","","NORTHMOOR","NORTHMOORSHIRE","ENG"',
    '12,"I",3,700123,700124,1',
    '24,"D",4,010090000001,"9901L000000001","ENG",1,2001-01-31,,2001-01-31,2026-10-31,,"",,"","",4,"A",,"","THE OLD FORGE",700123,"","Y","NM1 2AB","NORTHMOOR","Y",,,""',
    '99,0,6,2026-11-01,06:30:00',
  ];
  const document = schema.read(bytes(`${written.join('\r\n')}\r\n`)) as {
    change: Record<string, Record<string, unknown>>[];
  };
  expect(document.change.map((change) => Object.keys(change)[0])).toEqual([
    'property',
    'streetName',
    'other',
    'address',
  ]);
  expect(document.change[0]!['property']).toMatchObject({ uprn: '010090000001', x: '412345.00', ward: 'E05000001' });
  expect(document.change[1]!['streetName']).toMatchObject({ usrn: '00700123', order: 2, name: 'DEPOT LANE' });
  expect(document.change[2]!['other']).toEqual({ values: ['12', 'I', '3', '700123', '700124', '1'] });
  expect(schema.validate(document)).toEqual([]);
  expect(text(schema.write(document))).toBe(`${written.join('\r\n').replace('12,"I"', '12,I')}\r\n`);
});

test.each(['utf-16le', 'utf-16be', 'cp037', 'cp500', 'windows-1252', 'iso-8859-15'])('%s, both ways', (encoding) => {
  const schema = flat(
    `{ flat: t, encoding: ${encoding}, layout: [{ record: r, repeat: true, delimiter: ";", fields: { a: {}, b: {} } }] }`,
  );
  const document = { r: [{ a: 'Zoë', b: '£5' }, { b: 'x' }] };
  const written = schema.write(document);
  expect(schema.read(written)).toEqual(document);
  const end = encodingOf(encoding)!.encode('\r\n')!;
  expect(Buffer.from(written).subarray(-end.byteLength).equals(end)).toBe(true);
});

test('bytes that are no text in the encoding are refused', () => {
  const schema = flat(
    '{ flat: t, encoding: utf-8, layout: [{ record: r, repeat: true, delimiter: ";", fields: { a: {} } }] }',
  );
  expect(thrown(() => schema.read(Uint8Array.of(0x41, 0xff, 0x0a))).code).toBe('TEXT_NOT_DECODABLE');
});

test.each(['\u001a', '\u001a\u001a\u001a', '\r\n\u001a', '\u001a\r\n'])(
  'a file that ends in %j as old systems end them',
  (end) => {
    const layout = compileOne(
      'old.flat.yaml',
      'flat: old\nlayout:\n  - record: row\n    repeat: true\n    delimiter: ","\n    fields: { a: {}, b: {} }\n',
    );
    expect(layout.read(bytes(`x,y\r\n${end}`))).toEqual({ row: [{ a: 'x', b: 'y' }] });
  },
);
