/** Documents come out of an envelope as if each had stood alone, however the envelope comes in. */

import { isBusError } from '../../../../runtime/errors/as-bus-error.ts';
import { type XmlRecord, XmlSplitter } from '../../../../runtime/schemas/xml/split-xml.ts';
import { fc } from '../../../properties.ts';
import { thrown } from '../compiled.ts';

function split(xml: string | Uint8Array, records: string, carry: Record<string, string> = {}, size = 7): XmlRecord[] {
  const splitter = new XmlSplitter({ records, carry });
  const bytes = Buffer.from(xml as string);
  const found: XmlRecord[] = [];
  for (let from = 0; from < bytes.byteLength; from += size)
    found.push(...splitter.push(bytes.subarray(from, from + size)));
  return [...found, ...splitter.end()];
}

const texts = (records: readonly XmlRecord[]) => records.map(({ text }) => text);

test('namespaces, text and attributes are those that held where it stood', () => {
  const xml = `<?xml version="1.0"?><e:Batch xmlns:e="urn:e" xmlns="urn:d" xmlns:q="urn:q"><e:Head/>
    <e:Body><Order a="1 &lt; 2"><Kind>q:name</Kind>x &amp; y<![CDATA[<z>]]></Order><e:Note xmlns:e="urn:other"/></e:Body></e:Batch>`;
  expect(texts(split(xml, 'Batch/Body/Order'))).toEqual([
    '<Order a="1 &lt; 2" xmlns:e="urn:e" xmlns="urn:d" xmlns:q="urn:q"><Kind>q:name</Kind>x &amp; y&lt;z&gt;</Order>',
  ]);
  expect(texts(split(xml, 'Batch/Body/*'))).toHaveLength(2);
  expect(texts(split(xml, '{urn:e}Batch/{urn:e}Body/{urn:other}Note'))).toEqual([
    '<e:Note xmlns:e="urn:other" xmlns="urn:d" xmlns:q="urn:q"></e:Note>',
  ]);
});

test('envelopes within envelopes; what they say goes along', () => {
  const xml =
    '<S id="9"><Batch><Id>1</Id><D>a</D><D>b</D></Batch><Batch><Id> 2 </Id><D>c</D></Batch><Empty><D>no</D></Empty></S>';
  const found = split(xml, 'S/Batch/D', { batch: 'S/Batch/Id', sender: 'S/@id' });
  expect(found).toEqual([
    { text: '<D>a</D>', carried: { sender: '9', batch: '1' } },
    { text: '<D>b</D>', carried: { sender: '9', batch: '1' } },
    { text: '<D>c</D>', carried: { sender: '9', batch: '2' } },
  ]);
});

test('what an envelope said does not hold in the next', () => {
  const xml =
    '<S><Head><Id>7</Id></Head><B n="1"><Id>1</Id><D>a</D></B><B><D>b</D></B><B n="3"><Id>3</Id></B><B><D>c</D></B></S>';
  const found = split(xml, 'S/B/D', { all: 'S/Head/Id', id: 'S/B/Id', n: 'S/B/@n' });
  expect(found.map(({ carried }) => carried)).toEqual([{ all: '7', id: '1', n: '1' }, { all: '7' }, { all: '7' }]);
});

test.each([
  ['<S><D>1</D>&bad;</S>', ['<D>1</D>']],
  ['<S><D>1</D><D>2</D></X>', ['<D>1</D>', '<D>2</D>']],
  ['<S><D/></X>', ['<D></D>']],
  ['<S><D>1</D><D>2</S>', ['<D>1</D>']],
  ['<S><D>1</D><D>2<E></D></S>', ['<D>1</D>']],
  ['<S><D>1</D>', ['<D>1</D>']],
])('before the fault in %s whole documents come out', (xml, expected) => {
  for (const size of [1, 4, 1000]) {
    const splitter = new XmlSplitter({ records: 'S/D', carry: {} });
    const found: string[] = [];
    const bytes = Buffer.from(xml.replace('<S>', `<S>${' '.repeat(300)}`));
    const error = thrown(() => {
      for (let from = 0; from < bytes.byteLength; from += size)
        found.push(...texts(splitter.push(bytes.subarray(from, from + size))));
      found.push(...texts(splitter.end()));
      splitter.end();
    });
    expect([size, error.code, found]).toEqual([size, 'XML_SYNTAX', expected]);
  }
});

test.each([
  ['<S><B/></S>', 'S/B/D', []],
  ['<S/>', 'S/D', []],
  ['<D>x</D>', 'D', ['<D>x</D>']],
])('%s holds %j', (xml, records, expected) => {
  expect(texts(split(xml, records))).toEqual(expected);
});

test.each([
  ['<X><B/></X>', 'INTERCHANGE_UNMATCHED', 'its root element is X'],
  ['<S><X/></S>', 'INTERCHANGE_UNMATCHED', 'only S is there'],
  ['<S><B><D></B></S>', 'XML_SYNTAX', ''],
  ['<S><B>', 'XML_SYNTAX', 'unclosed tag'],
  ['<!DOCTYPE S [<!ENTITY a "b">]><S/>', 'XML_DOCTYPE', ''],
  [`<S>${'<B>'.repeat(300)}`, 'NESTED_TOO_DEEP', ''],
])('%s is refused', (xml, code, message) => {
  const error = thrown(() => split(xml, 'S/B/D'));
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
});

test('what was whole before something broken comes first', () => {
  const splitter = new XmlSplitter({ records: 'S/D', carry: {} });
  expect(texts(splitter.push(Buffer.from(`<S><D>1</D><D>2</D><D>${'x'.repeat(300)}</X></S>`)))).toEqual([
    '<D>1</D>',
    '<D>2</D>',
  ]);
  expect(thrown(() => splitter.push(Buffer.from(' '))).code).toBe('XML_SYNTAX');
});

test.each(['utf-16le', 'utf-8', 'latin1'] as const)('%s, in pieces of any size', (encoding) => {
  const name = encoding === 'latin1' ? ' encoding="iso-8859-1"' : '';
  const body = `<?xml version="1.0"${name}?><S>${'<D>é</D>'.repeat(40)}</S>`;
  const bytes = Buffer.from(encoding === 'utf-16le' ? `\ufeff${body}` : body, encoding);
  for (const size of [1, 3, 64, 10_000])
    expect(new Set(texts(split(bytes, 'S/D', {}, size)))).toEqual(new Set(['<D>é</D>']));
});

test('any text gives documents or says what is wrong with it', () => {
  const piece = fc.constantFrom(
    '<S>',
    '</S>',
    '<D>',
    '</D>',
    '<D/>',
    'x',
    '&amp;',
    '&bad;',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?p',
    '?>',
    ' a="1"',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      try {
        split(pieces.join(''), 'S/D', {}, size);
      } catch (error) {
        if (!isBusError(error) || error.kind !== 'message') throw error;
      }
    }),
    { seed: 5, numRuns: 1000 },
  );
});
