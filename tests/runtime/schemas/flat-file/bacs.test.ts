/** A BACS file of the reference solution: read, written to the byte, and refused where its totals or its shape are wrong. */
import { readFileSync } from 'node:fs';
import { bytes, compileOne, text, thrown } from '../compiled.ts';

const layout = readFileSync(new URL('../../../../schemas/finance/bacs-submission.flat.yaml', import.meta.url), 'utf8');
const bacs = compileOne('bacs.flat.yaml', layout);

const pad = (line: string, length: number) => line.padEnd(length);
const payment = (to: string, code: string, pence: number, reference: string, name: string) =>
  pad(
    `${to}0${code}20304012345678    ${String(pence).padStart(11, '0')}${pad('NORTHMOOR COUNCIL', 18)}${pad(reference, 18)}${pad(name, 18)}`,
    100,
  );

const dates = `${' '.repeat(6)} 26331 26345 000000`;
const lines = [
  `${pad('VOL1000042', 41)}654321${' '.repeat(32)}1`,
  pad(`HDR1A654321S   65432100004200010001${dates}`, 80),
  pad(`HDR2F0200000100${' '.repeat(35)}00`, 80),
  pad('UHL1 26334999999    000000001 DAILY  007', 80),
  payment('20451212345678', '17', 12_550, 'CT-0001', 'A PENHALLOW'),
  payment('60161387654321', '17', 9_050, 'CT-0002', 'B TREGEAR'),
  payment('20304012345678', '99', 21_600, 'CONTRA', 'NORTHMOOR COUNCIL'),
  pad(`EOF1A654321S   65432100004200010001${dates}`, 80),
  pad(`EOF2F0200000100${' '.repeat(35)}00`, 80),
  pad('UTL10000000021600000000002160000000020000001', 80),
];
const file = (those: readonly string[] = lines) => bytes(those.map((line) => `${line}\r\n`).join(''));

test('the records have their lengths', () => {
  expect(lines.map((line) => line.length)).toEqual([80, 80, 80, 80, 100, 100, 100, 80, 80, 80]);
});

test('it is read with its values, and written back to the byte', () => {
  const document = bacs.read(file()) as Record<string, unknown>;
  expect(bacs.validate(document)).toEqual([]);
  expect(document).toMatchObject({
    volume: { serial: '000042', serviceUser: '654321' },
    header: { created: '2026-11-27', expires: '2026-12-11' },
    user: { processingDay: '2026-11-30', work: '1 DAILY', file: '007' },
    payment: [
      { sortCode: '204512', account: '12345678', code: '17', pence: 12_550, reference: 'CT-0001' },
      { code: '17', pence: 9_050 },
      { code: '99', pence: 21_600, reference: 'CONTRA' },
    ],
    totals: { debited: 21_600, credited: 21_600, debits: 2, credits: 1 },
  });
  expect(text(bacs.write(document))).toBe(text(file()));
});

test('totals are filled in, and constants and presets too', () => {
  const { totals: _totals, ...rest } = bacs.read(file()) as Record<string, unknown>;
  expect(bacs.validate(rest)).toEqual([]);
  expect(text(bacs.write(rest))).toBe(text(file()));
  const wrong = thrown(() => bacs.write({ ...rest, totals: { debits: 3 } }));
  expect(wrong).toMatchObject({ code: 'DOCUMENT_NOT_WRITABLE' });
  expect(wrong.message).toContain('/totals/debits is 3, but it must be 2');
});

const changed = (index: number, change: (line: string) => string) =>
  file(lines.map((line, at) => (at === index ? change(line) : line)));

test.each([
  [
    'a total that does not match',
    changed(9, (line) => line.replace('0000000021600', '0000000021601')),
    'FLAT_TOTAL',
    'Record 10 of the bacs-submission, at byte 798: totals.debited says 21601, but it is 21600',
  ],
  [
    'an amount that is none',
    changed(4, (line) => line.replace('00000012550', '0000001255A')),
    'FLAT_FIELD',
    'Record 5 of the bacs-submission, at byte 328: pence is not a whole number: "0000001255A"',
  ],
  [
    'a constant that is another',
    changed(3, (line) => line.replace('000000001', '001000001')),
    'FLAT_FIELD',
    'country is "100000", not "000000"',
  ],
  [
    'a date that is none',
    changed(1, (line) => line.replace(' 26331', ' 26399')),
    'FLAT_FIELD',
    'created is no date of the form  yyDDD',
  ],
  [
    'a file that was cut off',
    file(lines.slice(0, 7)),
    'FLAT_INCOMPLETE',
    'ends after record 7, where endHeader ("EOF1A") is still missing',
  ],
  ['a record too many', file([...lines, lines[9]!]), 'FLAT_UNEXPECTED', 'Record 11'],
  [
    'a record that is too long',
    changed(4, (line) => `${line}X`),
    'FLAT_FIELD',
    'payment has "X" behind its last field, at position 101',
  ],
  ['no record', bytes(''), 'FLAT_INCOMPLETE', 'volume ("VOL1")'],
])('%s is refused, with its place', (_, content, code, message) => {
  const error = thrown(() => bacs.read(content));
  expect({ code: error.code, kind: error.kind }).toEqual({ code, kind: 'message' });
  expect(error.message).toContain(message);
});

test('what does not fit is refused, never cut', () => {
  const document = bacs.read(file()) as { payment: Record<string, unknown>[] };
  const refused = (change: Record<string, unknown>) => {
    const [first, ...rest] = document.payment;
    return thrown(() => bacs.write({ ...document, payment: [{ ...first, ...change }, ...rest], totals: undefined }))
      .message;
  };
  expect(refused({ name: 'A VERY LONG NAME OF A PERSON' })).toContain(
    '/payment[0]/name has 28 characters, and 18 is the most',
  );
  expect(refused({ pence: -1 })).toContain('/payment[0]/pence is negative, and the field has no sign');
  expect(refused({ pence: 1.5 })).toContain('is not a whole number');
  expect(refused({ name: 'ZOË' })).toContain('holds a character that us-ascii lacks: "Ë"');
  expect(refused({ sortCode: null })).toContain('/payment[0]/sortCode is missing');
  expect(refused({ amount: 1 })).toContain('/payment[0]/amount is not a field of the record');
});
