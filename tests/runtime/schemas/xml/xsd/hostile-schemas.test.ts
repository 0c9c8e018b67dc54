/** Schemas that mean harm, or are only broken: always findings or a model, never a crash, a hang or all memory. */
import { compileFiles, xsd } from '../../compiled.ts';

const codes = (schema: string) =>
  compileFiles({
    'schemas/it.xsd': schema,
    'schemas/it.message.yaml': 'message: it\nschema: it.xsd\nroot: R\n',
  }).findings.map(({ code, at }) => `${code} ${at?.file}:${at?.line}`);
const root = (content: string) => `<xs:element name="R"><xs:complexType>${content}</xs:complexType></xs:element>`;

/** Each refers to the next twice. */
function doubling(kind: 'group' | 'attributeGroup', last: string): string {
  const inside = (content: string) => (kind === 'group' ? `<xs:sequence>${content}</xs:sequence>` : content);
  const each = Array.from({ length: 40 }, (_, index) => {
    const next = `<xs:${kind} ref="t:g${index + 1}"/>`;
    return `<xs:${kind} name="g${index}">${inside(next + next)}</xs:${kind}>`;
  });
  return `${each.join('')}<xs:${kind} name="g40">${inside(last)}</xs:${kind}>${root(`<xs:${kind} ref="t:g0"/>`)}`;
}

test.each([
  ['groups that double', xsd(doubling('group', '<xs:element name="a"/>')), 'SCHEMA_UNSUPPORTED schemas/it.xsd:1'],
  [
    'attribute groups that double',
    xsd(doubling('attributeGroup', '<xs:attribute name="a"/>')),
    'SCHEMA_UNSUPPORTED schemas/it.xsd:1',
  ],
  [
    'a group of itself',
    xsd(
      `<xs:group name="g"><xs:sequence><xs:group ref="t:g"/><xs:group ref="t:g"/></xs:sequence></xs:group>${root('<xs:group ref="t:g"/>')}`,
    ),
    'SCHEMA_INVALID schemas/it.xsd:1',
  ],
  [
    'an attribute group of itself',
    xsd(
      `<xs:attributeGroup name="g"><xs:attributeGroup ref="t:g"/></xs:attributeGroup>${root('<xs:attributeGroup ref="t:g"/>')}`,
    ),
    'SCHEMA_INVALID schemas/it.xsd:1',
  ],
  [
    'a type that extends itself',
    xsd(
      '<xs:complexType name="T"><xs:complexContent><xs:extension base="t:T"/></xs:complexContent></xs:complexType><xs:element name="R" type="t:T"/>',
    ),
    'SCHEMA_INVALID schemas/it.xsd:1',
  ],
  [
    'a simple type that restricts itself',
    xsd('<xs:simpleType name="T"><xs:restriction base="t:T"/></xs:simpleType><xs:element name="R" type="t:T"/>'),
    'SCHEMA_INVALID schemas/it.xsd:1',
  ],
  [
    'elements that stand for each other',
    xsd('<xs:element name="R" substitutionGroup="t:S"/><xs:element name="S" substitutionGroup="t:R"/>'),
    'SCHEMA_INVALID schemas/it.xsd:1',
  ],
  [
    'a billion laughs',
    `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(100)}">]>${xsd('<xs:element name="&b;"/>')}`,
    'SCHEMA_INVALID schemas/it.xsd:1',
  ],
  ['10,000 levels', xsd('<xs:sequence>'.repeat(10_000)), 'SCHEMA_INVALID schemas/it.xsd:1'],
])('%s', (_, schema, code) => {
  expect(codes(schema)).toContain(code);
});
