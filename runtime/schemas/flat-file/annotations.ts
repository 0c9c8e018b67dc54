/** The flat-file annotations that BizTalk keeps in an XSD (namespace http://schemas.microsoft.com/BizTalk/2003), read as a layout. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { isXsd, parseTree, type XmlNode } from '../xml/xsd/tree.ts';
import { type Defaults, defaultsOf, infoOf, marksIn, namesIn, occursOf, typeNodeOf } from './annotated.ts';
import { annotatedField } from './annotated-field.ts';
import { nodesOf, type Particle, particlesOf } from './annotated-particles.ts';
import { type Encoding, encodingOf } from './encoding.ts';
import { recordsOf } from './follow.ts';
import type {
  FieldNode,
  FlatLayout,
  Framing,
  GroupNode,
  LineNode,
  NestedField,
  RecordBody,
  Repeat,
  Tag,
} from './layout.ts';
import type { ParsedLayout } from './parse-layout.ts';

/** `root`: the element that is the file, where the schema has several. */
export function layoutOfXsd(file: string, text: string, root: string | undefined): ParsedLayout {
  const { root: schema, finding: broken } = parseTree(file, text);
  if (!schema) return { findings: broken ? [broken] : [] };
  const reader = new AnnotationReader(schema);
  const defaults = defaultsOf(schema);
  const named = root?.replace(/^\{.*\}/, '') ?? defaults.root;
  const elements = schema.children.filter((node) => isXsd(node, 'element'));
  const element =
    elements.find((node) => node.attributes.get('name') === named) ?? (elements.length === 1 ? elements[0] : undefined);
  if (!element)
    return {
      findings: [invalid(schema, `Nothing says which of its ${elements.length} elements is the file; say \`root\``)],
    };
  const layout = reader.file(element, defaults);
  return reader.findings.length > 0 || !layout ? { findings: reader.findings } : { layout, findings: [] };
}

function invalid(node: XmlNode, reason: string): Finding {
  return finding('FLAT_INVALID', { file: node.file, line: node.line, column: node.column, path: '' }, { reason });
}

const ONCE = { min: 1, max: 1 };

class AnnotationReader {
  readonly findings: Finding[] = [];
  readonly #schema: XmlNode;
  #defaults!: Defaults;
  /** Elements that are being read: a record within itself has no end. */
  readonly #path: XmlNode[] = [];

  constructor(schema: XmlNode) {
    this.#schema = schema;
  }

  file(element: XmlNode, defaults: Defaults): FlatLayout | undefined {
    this.#defaults = defaults;
    const encoding = encodingOf(defaults.encoding);
    if (!encoding) {
      this.findings.push(invalid(this.#schema, `The code page ${defaults.encoding} is not known`));
      return undefined;
    }
    const name = element.attributes.get('name') ?? 'file';
    const children = this.#children(element);
    const info = infoOf(element, 'recordInfo');
    const delimited = info.get('structure') !== 'positional';
    const ofRecords = children.some((child) => this.#isRecord(child));
    if (!delimited && ofRecords) return this.#blocks(element, name, encoding);
    const end = delimited ? this.#delimiter(element, info) : '';
    const items = ofRecords
      ? this.#items(particlesOf(element, this.#schema), end)
      : [this.#record(element, name, ONCE)];
    const root: GroupNode = { kind: 'group', name, repeat: ONCE, choice: false, items };
    const framing = framingOf(ofRecords ? end : '', orderOf(info, defaults), items);
    // An empty line is a field that is empty.
    const skipBlank = framing.skipBlank && children.every((child) => this.#isRecord(child));
    return { name, encoding, framing: { ...framing, skipBlank }, root };
  }

  /** Records with nothing between them: they must be of one length, or nothing would tell where each ends. */
  #blocks(element: XmlNode, name: string, encoding: Encoding): FlatLayout | undefined {
    const items = this.#items(particlesOf(element, this.#schema), '');
    const lengths = new Set(
      items.flatMap(recordsOf).map(({ body }) => (body.structure === 'positional' ? body.length : 0)),
    );
    const [length = 0] = lengths;
    if (lengths.size > 1 || length === 0) {
      const told = [...lengths].join(', ');
      const reason = `${name} is positional, and its records are not all positional and of one length (${told}); nothing tells where each ends`;
      this.findings.push(invalid(element, reason));
      return undefined;
    }
    const by = { kind: 'length', length, end: '' } as const;
    const root: GroupNode = { kind: 'group', name, repeat: ONCE, choice: false, items };
    return {
      name,
      encoding,
      framing: { by, infix: false, wrap: '', openers: [], skipBlank: false, comment: '' },
      root,
    };
  }

  #children(element: XmlNode): XmlNode[] {
    return nodesOf(particlesOf(element, this.#schema));
  }

  #isRecord(element: XmlNode): boolean {
    const type = typeNodeOf(element, this.#schema);
    return type !== undefined && isXsd(type, 'complexType');
  }

  /** What repeats together is a group; of what is chosen once, each may be there. */
  #items(particles: readonly Particle[], end: string): LineNode[] {
    const names = new Set<string>();
    return particles.flatMap((particle): LineNode[] => {
      if (particle.kind === 'node') return this.#item(particle.node, end);
      const { choice, repeat } = particle;
      const items = this.#items(particle.items, end);
      const [only] = items;
      if (!choice && only && items.length === 1) return [{ ...only, repeat: times(only.repeat, repeat) }];
      if (choice && repeat.max === 1) return items.map((item) => ({ ...item, repeat: { ...item.repeat, min: 0 } }));
      const name = freeName(choice ? 'choice' : 'sequence', names);
      return [{ kind: 'group', name, repeat, choice, items }];
    });
  }

  /** Records that end as the file's do, and hold records themselves, are groups of lines. */
  #item(element: XmlNode, end: string): LineNode[] {
    if (this.#path.includes(element)) {
      this.findings.push(invalid(element, 'A record within itself cannot lie in a flat file'));
      return [];
    }
    const name = namesIn(element);
    const info = infoOf(element, 'recordInfo');
    if (!this.#isRecord(element)) return [this.#line(element, name, end)];
    const children = this.#children(element);
    const isGroup =
      info.get('structure') !== 'positional' &&
      this.#delimiter(element, info) === end &&
      children.some((child) => this.#isRecord(child)) &&
      !info.has('tag_name');
    if (!isGroup) return [this.#record(element, name, occursOf(element))];
    this.#path.push(element);
    const items = this.#items(particlesOf(element, this.#schema), end);
    this.#path.pop();
    return [{ kind: 'group', name, repeat: occursOf(element), choice: false, items }];
  }

  /** A field among records is a record that has nothing else. */
  #line(element: XmlNode, name: string, delimiter: string): LineNode {
    const wrap = marksIn(infoOf(element, 'fieldInfo'), 'wrap_char', this.#defaults.wrap);
    const repeat = occursOf(element);
    const field = { ...annotatedField(element, this.#schema, 0, true, this.#defaults), repeat: ONCE };
    const rules = { order: 'infix', keepEmpty: true, suppressTrailing: false } as const;
    const body: RecordBody = {
      structure: 'delimited',
      fields: [field],
      delimiter,
      escape: this.#defaults.escape,
      wrap,
      openers: [delimiter],
      ...rules,
    };
    return { kind: 'record', name, repeat, tag: undefined, last: false, headings: false, body };
  }

  #record(element: XmlNode, name: string, repeat: { min: number; max: number }): LineNode {
    const { body, tag } = this.#body(element);
    return { kind: 'record', name, repeat, tag, last: false, headings: false, body };
  }

  #body(element: XmlNode): { body: RecordBody; tag: Tag | undefined } {
    const info = infoOf(element, 'recordInfo');
    const text = info.get('tag_name') ?? '';
    const tag = text === '' ? undefined : { text, at: Number(info.get('tag_offset') ?? 0) };
    this.#path.push(element);
    const body =
      info.get('structure') === 'positional' ? this.#positional(element, tag) : this.#delimited(element, info);
    this.#path.pop();
    return { body, tag };
  }

  #positional(element: XmlNode, tag: Tag | undefined): RecordBody {
    let at = tag ? tag.at + tag.text.length : 0;
    const fields = this.#children(element).map((child): FieldNode => {
      const from =
        at + Number(infoOf(child, 'fieldInfo').get('pos_offset') ?? infoOf(child, 'recordInfo').get('pos_offset') ?? 0);
      const field = this.#field(child, from, false);
      if (field.length === undefined) this.findings.push(invalid(child, `${field.name} has no pos_length`));
      at = from + (field.length ?? 0) * (Number.isFinite(field.repeat.max) ? field.repeat.max : 1);
      return field;
    });
    return { structure: 'positional', fields, length: at };
  }

  #delimited(element: XmlNode, info: ReadonlyMap<string, string>): RecordBody {
    const delimiter = this.#delimiter(element, info);
    const children = this.#children(element);
    const fields = children.map((child) => this.#field(child, 0, true));
    const repeating = marksIn(info, 'repeating_delimiter', '');
    const wraps = children
      .map((child) => marksIn(infoOf(child, 'fieldInfo'), 'wrap_char', this.#defaults.wrap))
      .find((mark) => mark !== '');
    return {
      structure: 'delimited',
      fields:
        repeating === ''
          ? fields
          : fields.map((field) => (field.repeat.max > 1 ? { ...field, repeatDelimiter: repeating } : field)),
      delimiter,
      order: orderOf(info, this.#defaults),
      escape: marksIn(info, 'escape_char', this.#defaults.escape),
      wrap: wraps ?? this.#defaults.wrap,
      openers: [delimiter, ...(repeating === '' ? [] : [repeating])],
      keepEmpty: info.get('preserve_delimiter_for_empty_data') !== 'false',
      suppressTrailing: info.get('suppress_trailing_delimiters') === 'true',
    };
  }

  #delimiter(element: XmlNode, info: ReadonlyMap<string, string>): string {
    const delimiter = marksIn(info, 'child_delimiter', this.#defaults.delimiter);
    if (delimiter === '')
      this.findings.push(invalid(element, `${namesIn(element)} is delimited, and has no child_delimiter`));
    return delimiter;
  }

  #field(element: XmlNode, at: number, delimited: boolean): FieldNode {
    if (!this.#isRecord(element)) return annotatedField(element, this.#schema, at, delimited, this.#defaults);
    const name = namesIn(element);
    if (this.#path.includes(element))
      this.findings.push(invalid(element, `${name} lies within itself, which a flat file cannot hold`));
    const inner = this.#path.includes(element) ? { body: NOTHING, tag: undefined } : this.#body(element);
    const length = inner.body.structure === 'positional' ? inner.body.length : undefined;
    const repeat = occursOf(element);
    const nested: NestedField = {
      kind: 'nested',
      name,
      at,
      length,
      required: repeat.min > 0,
      repeat,
      repeatDelimiter: '',
      ...inner,
    };
    return nested;
  }
}

const NOTHING: RecordBody = { structure: 'positional', fields: [], length: 0 };

const times = (one: Repeat, other: Repeat): Repeat => ({ min: one.min * other.min, max: one.max * other.max });

/** Groups that the schema gives no name are told apart by numbers. */
function freeName(name: string, names: Set<string>): string {
  let free = name;
  for (let count = 2; names.has(free); count += 1) free = `${name}${count}`;
  names.add(free);
  return free;
}

function orderOf(info: ReadonlyMap<string, string>, { order }: Defaults): 'prefix' | 'infix' | 'postfix' {
  const own = info.get('child_order');
  const known = own === 'prefix' || own === 'infix' || own === 'postfix' ? own : order;
  return known;
}

function framingOf(end: string, order: 'prefix' | 'infix' | 'postfix', items: readonly LineNode[]): Framing {
  const bodies = items.flatMap(bodiesIn);
  const quoted = bodies.filter((body) => body.wrap !== '');
  const by: Framing['by'] =
    end === '' ? { kind: 'whole' } : { kind: 'end', end, newline: /^(\r\n|\r|\n)$/.test(end), release: '' };
  const openers = [...new Set(quoted.flatMap((body) => body.openers))];
  return { by, infix: order === 'infix', wrap: quoted[0]?.wrap ?? '', openers, skipBlank: end !== '', comment: '' };
}

function bodiesIn(node: LineNode): readonly Extract<RecordBody, { structure: 'delimited' }>[] {
  if (node.kind === 'group') return node.items.flatMap(bodiesIn);
  return node.body.structure === 'delimited' ? [node.body] : [];
}
