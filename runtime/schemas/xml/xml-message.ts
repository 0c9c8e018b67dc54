/** A message type in XML with a schema. */
import type { CompiledSchema, LogicalType, Violation } from '../../contracts/schema.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import type { Promote } from '../promotion.ts';
import { decodeXml, isUtf8 } from './decode-xml.ts';
import { rootName } from './namespaces.ts';
import { createXmlReader } from './read-xml.ts';
import { createXmlWriter } from './write-xml.ts';
import type { XsdModel } from './xsd/compile-xsd.ts';
import type { ElementModel } from './xsd/model.ts';

export interface XmlMessageOptions {
  readonly type: string;
  readonly model: XsdModel;
  readonly root: ElementModel;
  readonly document: LogicalType;
  readonly promote: Promote;
}

export function createXmlMessage({ type, model, root, document, promote }: XmlMessageOptions): CompiledSchema {
  const reader = createXmlReader(type, root, model.judged);
  /** Documents that are certainly valid, with the bytes that they were read from. */
  const certain = new WeakMap<object, Uint8Array>();
  const write = createXmlWriter({ type, root, prefixes: model.prefixes });
  return {
    type,
    format: 'xml',
    contentType: 'application/xml; charset=utf-8',
    root: rootName(root.uri, root.local),
    document,
    read(bytes) {
      const reading = reader(decodeXml(bytes));
      if (reading.certain && isObject(reading.document)) certain.set(reading.document, bytes);
      return reading.document;
    },
    write,
    validate(value, bytes) {
      if (!bytes) return validateWritten(value, write, model);
      return isObject(value) && certain.get(value) === bytes ? [] : model.validate(inUtf8(bytes));
    },
    promote,
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The validator knows fewer encodings than the reader. */
function inUtf8(bytes: Uint8Array): Uint8Array {
  return isUtf8(bytes) ? bytes : Buffer.from(decodeXml(bytes).replace(/^<\?xml[^>]*\?>/, ''));
}

function validateWritten(value: unknown, write: (value: unknown) => Uint8Array, model: XsdModel): readonly Violation[] {
  let bytes: Uint8Array;
  try {
    bytes = write(value);
  } catch (thrown) {
    if (!isBusError(thrown)) throw thrown;
    return [{ path: '', message: thrown.message }];
  }
  return model.validate(bytes);
}
