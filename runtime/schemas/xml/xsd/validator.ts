/** Validates documents against a set of schemas by libxml2. Nothing but the given schemas is ever read. */
import {
  type ErrorDetail,
  ParseOption,
  XmlBufferInputProvider,
  XmlDocument,
  XmlElement,
  XmlError,
  XmlLibError,
  XsdValidator,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';
import type { Finding } from '../../../contracts/finding.ts';
import type { Violation } from '../../../contracts/schema.ts';
import { finding } from '../../../errors/finding.ts';
import type { SchemaDocument } from './load-schemas.ts';
import { type ValidatorFile, validatorFiles } from './serialise.ts';

const MAX_VIOLATIONS = 100;
const CLOSED = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_BIG_LINES;

/** Everything wrong with a document in UTF-8. */
export type ValidateXml = (bytes: Uint8Array) => readonly Violation[];

export function compileValidator(documents: readonly SchemaDocument[]): {
  readonly validate?: ValidateXml;
  readonly findings: readonly Finding[];
} {
  const files = validatorFiles(documents);
  const buffers = Object.fromEntries(files.map(({ url, text }) => [url, Buffer.from(text)]));
  xmlRegisterInputProvider(new XmlBufferInputProvider(buffers));
  let driver: XmlDocument | undefined;
  try {
    driver = XmlDocument.fromString(files[0]!.text, { url: files[0]!.url, option: CLOSED });
    const validator = XsdValidator.fromDoc(driver);
    return { validate: (bytes) => validateWith(validator, bytes), findings: [] };
  } catch (thrown) {
    if (!(thrown instanceof XmlLibError)) throw thrown;
    return { findings: schemaFindings(thrown.details, files, documents[0]?.file ?? '') };
  } finally {
    driver?.dispose();
    xmlCleanupInputProvider();
  }
}

function schemaFindings(details: readonly ErrorDetail[], files: readonly ValidatorFile[], main: string): Finding[] {
  const wrong = details.filter((detail) => detail.level > 1);
  return (wrong.length > 0 ? wrong : details).slice(0, MAX_VIOLATIONS).map((detail) => {
    const file = files.find(({ url }) => url === detail.file)?.file ?? main;
    const at = { file, line: Math.max(1, detail.line), column: 1, path: '' };
    return finding('SCHEMA_INVALID', at, { file, reason: readable(detail.message) });
  });
}

function validateWith(validator: XsdValidator, bytes: Uint8Array): readonly Violation[] {
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromBuffer(bytes, { option: CLOSED });
    validator.validate(document);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof XmlError)) throw thrown;
    if (!(thrown instanceof XmlLibError)) return [{ path: '', message: thrown.message }];
    const parsed = document;
    return thrown.details.slice(0, MAX_VIOLATIONS).map((detail) => violationOf(detail, parsed));
  } finally {
    document?.dispose();
  }
}

function violationOf({ message, line, xpath }: ErrorDetail, document: XmlDocument | undefined): Violation {
  const path = xpath === undefined || !document ? '' : pathOf(document, xpath);
  return { path, message: readable(message), ...(line > 0 ? { line } : {}) };
}

/** libxml2's words without its namespaces and repetitions. */
function readable(message: string): string {
  return message
    .trim()
    .replace(/\{[^{}']*[:/][^{}']*\}(?=[\w.-])/g, '')
    .replace(/^Element '([^']*)'(?:, attribute '([^']*)')?: /, (_, element, attribute) =>
      attribute ? `${element}/${attribute}: ` : `${element}: `,
    )
    .replace(/\.$/, '');
}

/** `/Order/Line/2/Code`: names, and numbers (from 0) among those of the same name. */
function pathOf(document: XmlDocument, xpath: string): string {
  let node: unknown;
  try {
    node = document.get(xpath.replace(/(?<=\/)[\w.-]+:[\w.-]+/g, (name) => `*[name()='${name}']`));
  } catch {
    return ''; // A path in libxml2's own notation that its XPath does not take.
  }
  const steps: string[] = [];
  for (let at = node; at instanceof XmlElement; at = at.parent) {
    const { name } = at;
    let before = 0;
    for (let other = at.prev; other; other = other.prev)
      if (other instanceof XmlElement && other.name === name) before += 1;
    let after = false;
    for (let other = at.next; other && !after; other = other.next)
      after = other instanceof XmlElement && other.name === name;
    steps.unshift(before > 0 || after ? `${name}/${before}` : name);
  }
  return steps.length === 0 ? '' : `/${steps.slice(1).join('/')}`;
}
