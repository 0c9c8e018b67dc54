/** The scanner against the parser proper: it says the same of what it takes, and takes nothing that the parser refuses. */
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeXml } from '../../../../runtime/schemas/xml/decode-xml.ts';
import { XmlScanner } from '../../../../runtime/schemas/xml/scan-xml.ts';
import { createXmlParser, type SaxesTagNS, type XmlHandlers } from '../../../../runtime/schemas/xml/xml-parser.ts';

interface Told {
  readonly handlers: XmlHandlers;
  readonly events: string[];
}

/** Text is told as a whole, however it comes. */
function telling(resolve: () => (prefix: string) => string | undefined): Told {
  const events: string[] = [];
  let text = '';
  let depth = 0;
  const flush = () => {
    if (text !== '') events.push(`text ${JSON.stringify(text)}`);
    text = '';
  };
  const told = ({ name, prefix, local, uri, ns, attributes }: SaxesTagNS) =>
    JSON.stringify([
      [name, prefix, local, uri],
      Object.entries(ns),
      Object.entries(attributes).map(([key, each]) => [key, each.name, each.prefix, each.local, each.uri, each.value]),
      ['', 'a', 'b', 'xml', 'xmlns', 'none'].map((known) => resolve()(known) ?? null),
    ]);
  return {
    events,
    handlers: {
      open(tag) {
        flush();
        depth += 1;
        events.push(`open ${told(tag)}`);
      },
      close(tag) {
        flush();
        depth -= 1;
        events.push(`close ${tag.name}`);
      },
      characters(more) {
        if (depth > 0) text += more;
      },
    },
  };
}

/** Undefined: refused. */
function scanned(text: string): string[] | undefined {
  const { handlers, events } = telling(() => (prefix) => scanner.resolve(prefix));
  const scanner = new XmlScanner(handlers);
  try {
    scanner.parse(text);
    return events;
  } catch {
    return undefined;
  }
}

function parsed(text: string): string[] | undefined {
  const { handlers, events } = telling(() => (prefix) => parser.resolve(prefix));
  const parser = createXmlParser(handlers, false);
  try {
    parser.parse(text);
    return events;
  } catch {
    return undefined;
  }
}

const TAKEN = [
  '<a/>',
  '<?xml version="1.0" encoding="utf-8" standalone="yes" ?>\r\n<!-- a - b --><a >x</a >\n<?p i ?>\n',
  '<a xmlns="u" xmlns:b=\'v\' b:c="1" c="2"><b:d xmlns:b="w" b:c="&lt;&#x41;&#66;&#10;\t\n"/>x &amp; y<![CDATA[<z> ]] ]]></a>',
  "<?xml version='1.0' encoding='UTF-8'?><a/>",
  '<a>1<!-- -->2<?p?>3<![CDATA[]]>4\r5\r\n6</a>',
  '<a xmlns:b="v"><b xmlns=""><c xmlns="w"/></b></a>',
  '<a b=">" c=\'"\' xml:lang="en">]] ></a>',
  `<a>${'<b>'.repeat(255)}${'</b>'.repeat(255)}</a>`,
  '<Straße/>'.replace('ß', 'ss'),
  '<a>ß😀&#x1F600;</a>',
];
/** Given up on, whether they are wrong or only unusual. */
const LEFT = [
  '',
  ' ',
  'x<a/>',
  '<a/>x',
  '<a/><b/>',
  '<a>',
  '</a>',
  '<a></b>',
  '<a><b></a></b>',
  '<a b/>',
  '<a b=c/>',
  '<a b="1"c="2"/>',
  '<a b="1" b="2"/>',
  '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
  '<a b="<"/>',
  '<a>]]></a>',
  '<a>&nbsp;</a>',
  '<a>&amp</a>',
  '<a>&#0;</a>',
  '<a>&#xD800;</a>',
  '<a>&#X41;</a>',
  '<a>\u0001</a>',
  '<a>\ud800</a>',
  '<a>\uffff</a>',
  '<a><!-- -- --></a>',
  '<a><!-- ---></a>',
  '<a><?xml version="1.0"?></a>',
  ' <?xml version="1.0"?><a/>',
  '<?xml version="1.1"?><a/>',
  '<?xml?><a/>',
  '<?xml version="1.0\'?><a/>',
  '<!DOCTYPE a><a/>',
  '<p:a/>',
  '<a p:b="1"/>',
  '<a xmlns:p=""/>',
  '<a xmlns:xml="u"/>',
  '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>',
  '<xmlns:a/>',
  '<a:b:c xmlns:a="u"/>',
  '<:a/>',
  '<a:/>',
  '<1/>',
  '<é/>',
  '<aé/>',
  '<a/ >',
  '< a/>',
  '<a></ a>',
  '<a></a',
  '<a',
  '<a b="1',
  '<![CDATA[x]]><a/>',
  '<a><![CDATA[x</a>',
  `<a>${'<b>'.repeat(256)}${'</b>'.repeat(256)}</a>`,
];

test.each(TAKEN)('takes %j', (text) => {
  expect(scanned(text)).toBeDefined();
  expect(scanned(text)).toEqual(parsed(text));
});

test.each(LEFT)('leaves %j to the parser', (text) => {
  expect(scanned(text)).toBeUndefined();
});

const root = new URL('../../../../', import.meta.url).pathname;
const FILES = globSync(['tests/**/*.{xml,xsd,wsdl}', 'schemas/**/*.{xsd,wsdl,xml}'], { cwd: root });

test('says of every file here what the parser says', () => {
  const taken = FILES.map((file) => {
    const text = textOf(readFileSync(`${root}${file}`));
    const found = text === undefined ? undefined : scanned(text);
    if (found) expect(found).toEqual(parsed(text!));
    return found !== undefined;
  });
  expect(FILES.length).toBeGreaterThan(20);
  expect(taken.filter((each) => each).length / FILES.length).toBeGreaterThan(0.8);
});

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decodeXml(bytes);
  } catch {
    return undefined;
  }
}

const name = fc.constantFrom('a', 'b', 'a:b', 'b:a', 'x', 'x-1', 'xmlns', 'xmlns:a', 'xmlns:b', 'xml:lang', 'c:d');
const value = fc.array(
  fc.constantFrom('u', 'v', ' ', '\t', '\n', '\r', '&lt;', '&#10;', '&#x20;', '>', "'", ']]>', 'é'),
  {
    maxLength: 4,
  },
);
const attribute = fc.tuple(name, value).map(([key, pieces]) => ` ${key}="${pieces.join('')}"`);
const piece = fc.constantFrom(
  't',
  ' ',
  '\n',
  '\r\n',
  '&amp;',
  '<!-- c -->',
  '<![CDATA[<]]>',
  '<?p q?>',
  ']]',
  '>',
  '😀',
  '\u0085',
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom('a', 'b', 'a:b', 'b:a', 'x'),
      fc.array(attribute, { maxLength: 4 }),
      fc.array(fc.oneof({ maxDepth: 3 }, piece, tie('element')), { maxLength: 4 }),
    )
    .map(([tag, attributes, children]) =>
      children.length === 0
        ? `<${tag}${attributes.join('')}/>`
        : `<${tag}${attributes.join('')}>${children.join('')}</${tag} >`,
    ),
}));
const document = element.map((text) => text.replace(/^<([\w:]+)/, '<$1 xmlns:a="u" xmlns:b="v"'));
/** Somewhere in it something is taken away, doubled or put in. */
const broken = fc
  .tuple(
    document,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom('', ...'<>&;"\'/=!?-[]: \r\u0000\ud800é')), {
      maxLength: 3,
    }),
  )
  .map(([text, changes]) =>
    changes.reduce((so, [at, gone, put]) => {
      const from = at % (so.length + 1);
      return so.slice(0, from) + put + so.slice(from + gone);
    }, text),
  );

test.each([
  ['whole', document, 500],
  ['broken', broken, 150],
])('says of %s documents what the parser says', (_, documents, least) => {
  let taken = 0;
  fc.assert(
    fc.property(documents, (text) => {
      const found = scanned(text);
      if (!found) return;
      taken += 1;
      expect(found).toEqual(parsed(text));
    }),
    { numRuns: 3000, seed: 20_261_128 },
  );
  expect(taken).toBeGreaterThan(least);
});
