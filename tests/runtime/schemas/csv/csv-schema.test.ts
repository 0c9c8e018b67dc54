import { bytes, compileFiles, compileOne, text, thrown } from '../compiled.ts';

const record = {
  type: 'object',
  required: ['account', 'name'],
  additionalProperties: false,
  properties: {
    account: { type: 'string', pattern: '^[0-9]+$' },
    name: { type: 'string' },
    amount: { type: 'number' },
    count: { type: 'integer' },
    paid: { type: 'boolean' },
  },
};
const csv = (options: string) => compileOne('it.schema.json', JSON.stringify(record), `format: csv\n${options}`);
const headed = csv('csv: { delimiter: ";" }');
const bare = csv('csv: { header: false }');

test('a record is read by its header, in any order of columns', () => {
  expect(headed.read(bytes('amount;account;name\n1.50;0042;"A;""B"""\n'))).toEqual({
    account: '0042',
    name: 'A;"B"',
    amount: 1.5,
  });
});

test('a record without a header is read in the order of the schema', () => {
  expect(headed.read(bytes('0042;X;;7;true'))).toEqual({ account: '0042', name: 'X', count: 7, paid: true });
  expect(bare.read(bytes('1,\n'))).toEqual({ account: '1', name: '' });
});

test('cells that do not fit their type stay text, which validation tells', () => {
  const document = headed.read(bytes('account;name;amount;count;paid\n1;n;1,5;1.5;yes\n'));
  expect(document).toEqual({ account: '1', name: 'n', amount: '1,5', count: 1.5, paid: 'yes' });
  expect(headed.validate(document).map(({ path }) => path)).toEqual(['/amount', '/count', '/paid']);
});

test('numbers that would lose digits stay text', () => {
  expect(headed.read(bytes('account;name;count\n1;n;12345678901234567890\n'))).toMatchObject({
    count: '12345678901234567890',
  });
});

test('writing gives the header where one is declared, and quotes what must be', () => {
  const document = { paid: false, name: 'O"Neill; J\nx', account: '01', amount: 2 };
  expect(text(headed.write(document))).toBe('account;name;amount;count;paid\r\n01;"O""Neill; J\nx";2;;false\r\n');
  expect(text(bare.write({ account: '1', name: ' a' }))).toBe('1," a",,,\r\n');
  expect(headed.read(headed.write(document))).toEqual(document);
  expect(thrown(() => headed.write({ name: {} })).code).toBe('DOCUMENT_NOT_WRITABLE');
  expect(thrown(() => headed.write(null)).code).toBe('DOCUMENT_NOT_WRITABLE');
});

test.each([
  ['', 'CSV_SYNTAX'],
  ['account;name\n', 'CSV_SYNTAX'],
  ['account;name\n1;"x\n', 'CSV_SYNTAX'],
  ['account;name\n1;x;3\n', 'CSV_SYNTAX'],
  ['account;name\n1;x\n2;y\n', 'CSV_SYNTAX'],
  ['name\nx\n', 'CSV_COLUMNS'],
])('%j is refused', (input, code) => {
  expect(thrown(() => headed.read(bytes(input)))).toMatchObject({ code, kind: 'message' });
});

test('a record must be flat', () => {
  const { findings } = compileFiles({
    'schemas/x.schema.json': '{"type":"object","properties":{"a":{"type":"array"}}}',
    'schemas/x.message.yaml': 'message: x\nschema: x.schema.json\nformat: csv\ncsv: { delimiter: "--" }\n',
    'schemas/y.message.yaml': 'message: y\nschema: x.schema.json\nformat: csv\n',
  });
  expect(findings.map(({ code, at }) => `${at.file}:${at.line} ${code}`)).toEqual([
    'schemas/x.message.yaml:4 MESSAGE_INVALID',
    'schemas/y.message.yaml:2 SCHEMA_INVALID',
  ]);
});
