/** A small set of schemas, a lookup table, and maps written as YAML text, for the tests of maps. */
import type { WorkLimit } from '../../../runtime/contracts/expression.ts';
import type { Finding } from '../../../runtime/contracts/finding.ts';
import type { LogicalType, SchemaSet } from '../../../runtime/contracts/schema.ts';
import { compileMap } from '../../../runtime/maps/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { any, decimal, integer, list, number, object, oneOf, report, text } from '../expressions/logical.ts';

const enquiry = object({
  Number: text,
  'Logged?': text,
  'Subject?': oneOf('PH', 'LI'),
  'Site?': object({ Code: text, 'Description?': text }),
  'Photo?': list(object({ Name: text, 'Url?': text })),
  'Tags?': list(text),
  'Count?': integer,
  'Ratio?': number,
  'Total?': decimal,
  'Due?': { kind: 'string', format: 'date' },
  'Open?': object({ 'value?': text }),
});

const place = object({ usrn: text, 'street?': text, 'zones?': list(object({ name: text, streets: list(text) })) });

const types: Readonly<Record<string, LogicalType>> = { report, place, enquiry, 'street-report': report, anything: any };

const schemas = {
  find: (type: string) => (Object.hasOwn(types, type) ? { type, document: types[type] } : undefined),
  findByRoot: () => [],
  types: Object.keys(types),
  properties: new Map(),
} as unknown as SchemaSet;

const lookups = new Map([['subjects', new Map([['pothole', 'PH']])]]);

export function compileText(yaml: string, limit?: WorkLimit) {
  const { source, findings } = readYaml('mappings/test.map.yaml', yaml);
  expect(findings).toEqual([]);
  return compileMap(source, { schemas, lookups, limit });
}

/** Line 5 is the first of `fields`. */
export const mapOf = (fields: string) =>
  `map: test\nfrom: { report: report, place: place }\nto: enquiry\nfields:\n${fields.replace(/^\n/, '')}`;

export const placeOf = ({ code, at, suggestion }: Finding) =>
  `${at.line}:${at.column} ${code}${suggestion === undefined ? '' : ` ${suggestion}`}`;
