/** Builds content models: sequences, choices, groups, references with their substitutes, wildcards. */
import { XSD } from '../namespaces.ts';
import type { SchemaDocument } from './load-schemas.ts';
import type { Particle } from './model.ts';
import type { ModelBuilder } from './model-builder.ts';
import { nameIn } from './symbols.ts';
import { attribute, type XmlNode } from './tree.ts';

const MODEL_GROUPS: ReadonlySet<string> = new Set(['sequence', 'choice', 'all', 'group']);
const XSD_1_1: ReadonlySet<string> = new Set(['assert', 'openContent', 'alternative']);
const MAX_GROUPS = 64;

export class ParticleBuilder {
  readonly #builder: ModelBuilder;
  #groupDepth = 0;

  constructor(builder: ModelBuilder) {
    this.#builder = builder;
  }

  /** The content model inside a type or derivation. */
  contentOf(node: XmlNode, document: SchemaDocument): Particle | undefined {
    for (const child of node.children) {
      if (child.uri === XSD && XSD_1_1.has(child.local))
        this.#builder.unsupported(child, `xs:${child.local} (XSD 1.1)`);
    }
    const group = node.children.find((child) => child.uri === XSD && MODEL_GROUPS.has(child.local));
    return group && this.#particle(group, document);
  }

  #particle(node: XmlNode, document: SchemaDocument): Particle | undefined {
    const occurs = occurrences(node);
    if (occurs.max === 0 || node.uri !== XSD) return undefined;
    switch (node.local) {
      case 'element':
        return this.#element(node, document, occurs);
      case 'any':
        return { kind: 'any', ...occurs };
      case 'group':
        return this.#group(node, document, occurs);
      case 'sequence':
      case 'choice':
      case 'all': {
        const items = node.children.flatMap((child) => this.#particle(child, document) ?? []);
        return items.length === 0 ? undefined : { kind: node.local, items, ...occurs };
      }
      default:
        return undefined;
    }
  }

  #element(node: XmlNode, document: SchemaDocument, occurs: Occurs): Particle | undefined {
    const reference = nameIn(document, node, 'ref');
    if (reference !== undefined) return this.#reference(node, reference, occurs);
    const form = attribute(node, 'form') ?? (document.qualifiedElements ? 'qualified' : 'unqualified');
    const uri = form === 'qualified' ? document.namespace : '';
    return { kind: 'element', element: this.#builder.elementFrom(node, document, uri), ...occurs };
  }

  /** A reference to the head of a substitution group is a choice of all that may stand in its place. */
  #reference(node: XmlNode, name: string, occurs: Occurs): Particle | undefined {
    if (!this.#builder.symbols.elements.has(name)) {
      this.#builder.invalid(node, `there is no element ${name}`);
      return undefined;
    }
    const names = [name, ...this.#substitutesOf(name, new Set([name]))];
    const elements = names.map((known) => this.#builder.element(known)).filter((element) => !element.abstract);
    const once = { min: 1, max: 1 };
    if (elements.length === 1) return { kind: 'element', element: elements[0]!, ...occurs };
    const items = elements.map((element): Particle => ({ kind: 'element', element, ...once }));
    return items.length === 0 ? undefined : { kind: 'choice', items, ...occurs };
  }

  #substitutesOf(name: string, seen: Set<string>): string[] {
    return (this.#builder.symbols.substitutes.get(name) ?? []).flatMap((member) => {
      if (seen.has(member)) return [];
      seen.add(member);
      return [member, ...this.#substitutesOf(member, seen)];
    });
  }

  #group(node: XmlNode, document: SchemaDocument, occurs: Occurs): Particle | undefined {
    const name = nameIn(document, node, 'ref');
    const found = name === undefined ? undefined : this.#builder.symbols.groups.get(name);
    if (!found || this.#groupDepth > MAX_GROUPS) {
      this.#builder.invalid(node, found ? `the group ${name} contains itself` : `there is no group ${name}`);
      return undefined;
    }
    this.#groupDepth += 1;
    const content = this.contentOf(found.node, found.document);
    this.#groupDepth -= 1;
    return content && { kind: 'sequence', items: [content], ...occurs };
  }
}

interface Occurs {
  readonly min: number;
  readonly max: number;
}

function occurrences(node: XmlNode): Occurs {
  const max = attribute(node, 'maxOccurs') ?? '1';
  return {
    min: Number(attribute(node, 'minOccurs') ?? '1'),
    max: max === 'unbounded' ? Number.POSITIVE_INFINITY : Number(max),
  };
}
