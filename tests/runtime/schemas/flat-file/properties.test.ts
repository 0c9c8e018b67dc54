/** What must hold of every flat file: however its bytes come in, and whatever its values are. */

import { isBusError } from '../../../../runtime/errors/as-bus-error.ts';
import { isFlatSchema } from '../../../../runtime/schemas/flat-file/flat-schema.ts';
import { FlatReader } from '../../../../runtime/schemas/flat-file/read-file.ts';
import { fc } from '../../../properties.ts';
import { compileOne } from '../compiled.ts';

const delimited = compileOne(
  'it.flat.yaml',
  `
flat: t
layout:
  - record: r
    repeat: true
    delimiter: ";"
    quote: '"'
    fields: { a: {}, b: { type: decimal }, c: { type: boolean }, d: { type: date }, e: { type: integer }, f: { repeat: 3, repeatDelimiter: "^" } }
`,
);
const positional = compileOne(
  'it.flat.yaml',
  `
flat: t
encoding: windows-1252
layout:
  - record: r
    repeat: true
    fields: { a: { length: 8 }, b: { length: 9, type: decimal, scale: 3 }, c: { length: 1, type: boolean }, d: { length: 8, type: date }, e: { length: 7, type: integer } }
`,
);

const date = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
const values = {
  b: fc
    .integer({ min: -99_999_999, max: 99_999_999 })
    .map((n) => `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 1000)}.${String(Math.abs(n) % 1000).padStart(3, '0')}`),
  c: fc.boolean(),
  d: date,
  e: fc.integer({ min: -999_999, max: 999_999 }),
};
const optional = { requiredKeys: [] as [] };

test('what was written is read as it was: delimited', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
  const record = fc.record(
    {
      ...values,
      a: text.filter((value) => value !== ''),
      f: fc.array(fc.string({ unit: fc.constantFrom('x', ';', '"', ' '), minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    optional,
  );
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (r) => {
      const given = { r: r.map((one) => ({ ...one, e: one.e ?? 1 })) };
      expect(delimited.read(delimited.write(given))).toEqual(normalised(given));
    }),
    { seed: 1, numRuns: 500 },
  );
});

/** A negative zero has no sign. */
const normalised = (document: unknown) =>
  JSON.parse(JSON.stringify(document).replaceAll('"-0.000"', '"0.000"')) as unknown;

test('what was written is read as it was: positional', () => {
  const text = fc
    .string({ unit: fc.constantFrom('a', 'B', '0', 'é', '€', ' ', ';'), minLength: 1, maxLength: 8 })
    .filter((value) => value.trimEnd() === value);
  fc.assert(
    fc.property(fc.array(fc.record({ ...values, a: text }, optional), { minLength: 1, maxLength: 5 }), (r) => {
      const given = { r: r.map((one) => ({ ...one, e: one.e ?? 1 })) };
      expect(positional.read(positional.write(given))).toEqual(normalised(given));
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('the pieces in which a file comes make no difference', () => {
  const alphabet = fc.constantFrom('a', '1', ';', '"', '\r', '\n', '€', 'x;y\r\n', '"a\r\n""b";');
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 40 }), fc.array(fc.nat(7), { maxLength: 60 }), (parts, cuts) => {
      const file = Buffer.from(parts.join(''));
      expect(inPieces(file, cuts)).toEqual(inPieces(file, []));
    }),
    { seed: 3, numRuns: 1000 },
  );
});

test('nothing that comes in makes it fail otherwise than by saying what is wrong', () => {
  for (const schema of [delimited, positional]) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (file) => {
        try {
          schema.validate(schema.read(file));
        } catch (thrown) {
          if (!isBusError(thrown) || thrown.kind !== 'message') throw thrown;
        }
      }),
      { seed: 4, numRuns: 1000 },
    );
  }
});

function inPieces(file: Buffer, cuts: readonly number[]): unknown[] {
  if (!isFlatSchema(delimited)) throw new Error('it is a flat file');
  const { layout } = delimited;
  const reader = new FlatReader(layout, new Set(layout.root.items));
  const seen: unknown[] = [];
  const see = ({ number, offset, raw, value }: { number: number; offset: number; raw: unknown; value: unknown }) =>
    void seen.push({ number, offset, raw, value: isBusError(value) ? value.message : value });
  try {
    let from = 0;
    for (const cut of [...cuts, file.byteLength]) {
      for (const item of reader.push(file.subarray(from, from + cut))) see(item);
      from = Math.min(file.byteLength, from + cut);
    }
    for (const item of reader.end()) see(item);
  } catch (thrown) {
    seen.push(isBusError(thrown) ? thrown.message : thrown);
  }
  return seen;
}
