/** A message type in XML whose schema is a JSON Schema with the `xml` annotations of OpenAPI. */
import type { CompiledSchema } from '../../contracts/schema.ts';
import type { JsonSchemaFile } from '../json-schema/compile-json-schema.ts';
import { jsonViolations } from '../json-schema/json-violations.ts';
import type { Promote } from '../promotion.ts';
import { decodeXml } from '../xml/decode-xml.ts';
import { rootName } from '../xml/namespaces.ts';
import type { XmlElement } from './binding.ts';
import { readJsonXml } from './read.ts';
import { writeJsonXml } from './write.ts';

export function createJsonXmlMessage(
  type: string,
  schema: JsonSchemaFile,
  root: XmlElement,
  promote: Promote,
): CompiledSchema {
  return {
    type,
    format: 'xml',
    contentType: 'application/xml; charset=utf-8',
    root: rootName(root.uri, root.local),
    document: schema.document,
    read: (bytes) => readJsonXml(type, root, decodeXml(bytes)),
    write: (document) => writeJsonXml(type, root, document),
    validate(document) {
      const errors = schema.check(document);
      return errors.length === 0 ? [] : jsonViolations(errors);
    },
    promote,
  };
}
