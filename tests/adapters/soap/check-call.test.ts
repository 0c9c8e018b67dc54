/** Whatever comes in, the gate gives a call or a fault; whatever a fault says, it is an envelope that can be read. */

import { checkCall, type Gate } from '../../../adapters/soap/check-call.ts';
import { compileDispatch } from '../../../adapters/soap/dispatch.ts';
import { compileTypes } from '../../../adapters/soap/encoded/type-book.ts';
import { readEnvelope, type SoapVersion } from '../../../adapters/soap/envelope.ts';
import { contentTypeOf, writeFault } from '../../../adapters/soap/write-fault.ts';
import { fc } from '../../properties.ts';

const actions = { input: '', output: undefined };
const operation = { name: 'A', input: { uri: 'urn:a', local: 'A' }, output: undefined, action: '', actions };
const gate: Gate = { dispatch: compileDispatch([operation]), types: compileTypes([]), understands: new Set() };
const start = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="urn:a"><e:Body>';
const end = '</e:Body></e:Envelope>';
const version = fc.constantFrom<SoapVersion>('1.1', '1.2');

test('any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, type) => {
      expect(checkCall(bytes, type, gate)).toHaveProperty('fault');
    }),
  );
});

test('any text in a body: taken only as the element that it is', () => {
  const pieces = fc.constantFrom(
    '<a:A>',
    '</a:A>',
    '<a:A/>',
    '<b>',
    '</b>',
    'x',
    '&amp;',
    '&',
    '<![CDATA[<]]>',
    '<!--x-->',
    '<?p?>',
    end,
    start,
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
      const call = checkCall(Buffer.from(start + parts.join('') + end), 'text/xml', gate);
      if ('fault' in call) return;
      const [body, ...others] = readEnvelope(start + call.xml + end).body;
      expect([body!.xml, others]).toEqual([call.xml, []]);
      expect(call.xml).toMatch(/^<a:A xmlns:a="urn:a"/);
    }),
    { numRuns: 500 },
  );
});

test('any words in a fault', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, version, (reason, code, spoken) => {
      const written = writeFault({ code: 'Client', reason, detail: { code, absent: undefined } }, spoken);
      expect(readEnvelope(written)).toMatchObject({ version: spoken, header: [], body: [{ local: 'Fault' }] });
      expect(Buffer.from(written).toString()).toBe(written);
    }),
  );
  expect(contentTypeOf('1.2')).toMatch(/^application\/soap\+xml/);
});
