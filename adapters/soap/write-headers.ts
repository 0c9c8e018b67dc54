/** The header blocks of a send port: those of its option `soapHeaders`, and those that messages bring as properties. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { TextOrSecret } from '../shared/client/schema.ts';
import { filled } from '../shared/client/template.ts';
import type { Type } from './encoded/type-book.ts';
import type { QName } from './envelope.ts';
import { blocksFrom, type HeaderPart } from './header-parts.ts';
import type { SoapOperation } from './service.ts';
import { escapeXml } from './xml-reader.ts';
import { ElementWriter, qname } from './xml-tree.ts';

/** The text of an element, or its children by their names. */
export type HeaderContent = TextOrSecret | { readonly [child: string]: HeaderContent };

export type HeaderContents = Readonly<Record<string, HeaderContent>>;

/** The blocks of a call, one after the other. Throws BusError ENDPOINT_REFUSED when a message lacks a property. */
export type HeadersFor = (operation: SoapOperation, message: Message) => string;

/** Throws BusError kind `config` for a block that no operation declares, a child that it does not have, or a missing secret. */
export function compileHeaders(
  written: HeaderContents,
  operations: readonly SoapOperation[],
  endpoint: string,
  { name, secret }: Pick<AdapterContext, 'name' | 'secret'>,
): HeadersFor {
  const declared = operations.flatMap(({ headers }) => headers?.input ?? []);
  const invalid = (reason: string) => busError('ADAPTER_CONFIG', { name, reason: `soapHeaders: ${reason}` });
  const blocks = Object.entries(written).map(([key, content]) => {
    const part = key.startsWith('{') ? { ...qname(key), type: ANY } : declared.find(({ local }) => local === key);
    if (part) return { key, part, write: compileContent(content, part, { endpoint, secret, invalid, path: key }) };
    const known = [...new Set(declared.map(({ local }) => local))].join(', ') || 'none';
    throw invalid(
      `the WSDL declares no header ${key}, but ${known}; one that it does not declare is written {namespace}name`,
    );
  });
  const isOf = (part: HeaderPart, { headers }: SoapOperation) =>
    headers?.input.some(({ uri, local }) => uri === part.uri && local === part.local) ?? false;
  return (operation, message) => {
    const own = blocks.filter(({ key, part }) => key.startsWith('{') || isOf(part, operation));
    const open = (operation.headers?.input ?? []).filter(
      ({ uri, local }) => !own.some(({ part }) => part.uri === uri && part.local === local),
    );
    return [...own.map(({ write }) => write(message)), ...blocksFrom(message.context, open, endpoint)].join('');
  };
}

const ANY: Type = { kind: 'any', name: undefined };

interface Compiling {
  readonly endpoint: string;
  readonly secret: AdapterContext['secret'];
  readonly invalid: (reason: string) => Error;
  readonly path: string;
}

function compileContent(content: HeaderContent, part: HeaderPart, compiling: Compiling): (message: Message) => string {
  const write = compileElement(content, part, part.type, compiling);
  return (message) => {
    const writer = new ElementWriter();
    return writer.root(part, [], write(message, writer));
  };
}

type Write = (message: Message, writer: ElementWriter) => string;

/** What stands in an element. */
function compileElement(content: HeaderContent, element: QName, type: Type, compiling: Compiling): Write {
  const { endpoint, secret, invalid, path } = compiling;
  if (typeof content === 'string')
    return (message) => escapeXml(filled(content, message, endpoint, `the header ${path}`));
  if (isSecret(content)) {
    const text = escapeXml(secret(content.secret));
    return () => text;
  }
  const members = type.kind === 'struct' ? type.members() : undefined;
  const children = Object.entries(content).map(([name, inside]) => {
    const member = members?.find(({ local }) => local === name);
    if (members && !member) {
      throw invalid(`${path} has no ${name}, but ${members.map(({ local }) => local).join(', ')}`);
    }
    const child = member ?? { uri: element.uri, local: name, type: ANY };
    const write = compileElement(inside, child, child.type, { ...compiling, path: `${path}.${name}` });
    return { child, at: members && member ? members.indexOf(member) : 0, write };
  });
  children.sort((one, other) => one.at - other.at);
  return (message, writer) =>
    children.map(({ child, write }) => writer.element(child, [], write(message, writer))).join('');
}

const isSecret = (content: Exclude<HeaderContent, string>): content is { readonly secret: string } =>
  Object.keys(content).join() === 'secret' && typeof content['secret'] === 'string';
