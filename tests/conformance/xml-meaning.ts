/**
 * What an XML document means: elements and attributes by namespace and name, attributes in no order, text as it is, white space between elements
 * left out, qualified names by their namespace. Equal where two documents mean the same, whatever their prefixes.
 */
import { SaxesParser } from 'saxes';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

type Node = string | { readonly name: string; readonly attributes: readonly string[]; readonly children: Node[] };

export function meaning(xml: string | Uint8Array, qnames: readonly string[] = []): Node {
  const parser = new SaxesParser({ xmlns: true });
  const root: Node[] = [];
  const open: { name: string; attributes: readonly string[]; children: Node[] }[] = [];
  const expanded = (name: string) => {
    const [local, prefix = ''] = name.trim().split(':').reverse() as [string, string?];
    return `{${parser.resolve(prefix) ?? ''}}${local}`;
  };
  parser.on('opentag', ({ uri, local, attributes }) => {
    const own = Object.values(attributes).filter(({ uri: of }) => of !== 'http://www.w3.org/2000/xmlns/');
    const told = own.map(
      (one) => `{${one.uri}}${one.local}=${one.uri === XSI && one.local === 'type' ? expanded(one.value) : one.value}`,
    );
    const element = { name: `{${uri}}${local}`, attributes: told.sort(), children: [] as Node[] };
    (open.at(-1)?.children ?? root).push(element);
    open.push(element);
  });
  const text = (value: string) => {
    const children = open.at(-1)?.children;
    if (typeof children?.at(-1) === 'string') children.push(String(children.pop()) + value);
    else children?.push(value);
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', ({ local }) => {
    const { children } = open.pop()!;
    const mixed = children.some((child) => typeof child === 'string' && child.trim() !== '');
    const [only] = children;
    if (qnames.includes(local) && typeof only === 'string') children[0] = expanded(only);
    const elements = children.filter((child) => typeof child !== 'string');
    if (!mixed && elements.length > 0) children.splice(0, children.length, ...elements);
  });
  parser.write(Buffer.from(xml as string).toString()).close();
  return root[0]!;
}
