/** Values in XML by paths such as Result/Token: local names below the root, whatever their namespaces. */
import { escapeXml, readXml, type Tag } from '../xml-reader.ts';
import { parseElement, type XmlElement } from '../xml-tree.ts';

/** The text at the first such place; undefined when there is none. Throws XmlProblem for what is no XML. */
export function valueAt(xml: string, path: string): string | undefined {
  let nodes: readonly XmlElement[] = [parseElement(xml)];
  for (const step of path.split('/')) {
    if (step.startsWith('@')) {
      const found = nodes.flatMap(({ attributes }) => attributes.filter(({ local }) => `@${local}` === step));
      return found[0]?.value.trim();
    }
    nodes = nodes.flatMap(({ children }) => children.filter(({ local }) => local === step));
  }
  return nodes[0]?.text.trim();
}

interface Placed {
  readonly local: string;
  /** As it is written, with its prefix. */
  readonly name: string;
  /** Its start tag. */
  readonly tag: string;
  /** Offset behind its start tag. */
  readonly inside: number;
  /** Offset behind its end tag. */
  end: number;
  readonly children: Placed[];
}

/**
 * The document with the value as the content of the first element at that path. What is not there is put in first, in the namespace of
 * its neighbours, else of what it lies in. Throws XmlProblem.
 */
export function withValueAt(xml: string, path: string, value: string): string {
  let node = placesIn(xml);
  const missing = path.split('/');
  for (let step = missing[0]; step !== undefined; step = missing[0]) {
    const found = node.children.find(({ local }) => local === step);
    if (!found) break;
    node = found;
    missing.shift();
  }
  const style = styleIn(node);
  const content = missing.reduceRight(
    (inner, step) => `<${style.prefix}${step}${style.declared}>${inner}</${style.prefix}${step}>`,
    escapeXml(value),
  );
  const { inside, end, name } = node;
  if (xml.slice(inside - 2, inside) === '/>') {
    return `${xml.slice(0, inside - 2).trimEnd()}>${content}</${name}>${xml.slice(end)}`;
  }
  return xml.slice(0, inside) + content + xml.slice(missing.length > 0 ? inside : xml.lastIndexOf('</', end - 1));
}

/** How a new child is written: schemas say whether it has the namespace of its parent, its neighbours show it. */
function styleIn(parent: Placed): { readonly prefix: string; readonly declared: string } {
  const { name, tag } = parent.children[0] ?? parent;
  const prefix = /^[^:]*:|^/.exec(name)![0];
  if (parent.children.length === 0) return { prefix, declared: '' };
  const own = new RegExp(`\\sxmlns${prefix && `:${prefix.slice(0, -1)}`}\\s*=\\s*("[^"]*"|'[^']*')`);
  return { prefix, declared: own.exec(tag)?.[0] ?? '' };
}

function placesIn(xml: string): Placed {
  const open: Placed[] = [];
  let root: Placed | undefined;
  readXml(xml, {
    open({ local, start, end }: Tag) {
      const tag = xml.slice(start, end);
      const name = /^<([^\s/>]+)/.exec(tag)![1]!;
      const node: Placed = { local, name, tag, inside: end, end, children: [] };
      open.at(-1)?.children.push(node);
      root ??= node;
      open.push(node);
    },
    close(_depth, end) {
      open.pop()!.end = end;
    },
  });
  return root!;
}
