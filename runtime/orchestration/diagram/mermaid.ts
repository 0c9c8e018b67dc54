/** The picture of an orchestration as a Mermaid flowchart, for wikis and pull requests that draw those. Pure. */
import type { Marks } from './marks.ts';
import type { Outline, OutlineBranch, OutlineNode } from './outline.ts';

/** A way out of what was drawn so far, and the words on it. */
interface Exit {
  readonly from: string;
  readonly words: string;
}

const CHOICES: ReadonlySet<string> = new Set(['decide', 'listen', 'while']);
const LOOPS: ReadonlySet<string> = new Set(['while', 'for-each']);

const CLASSES = [
  'classDef passed stroke:#18794e,stroke-width:3px',
  'classDef here stroke:#0b69c7,stroke-width:5px',
  'classDef failed stroke:#ba2525,stroke-width:5px',
];

export function mermaidOf(outline: Outline, marks: Marks = new Map()): string {
  const lines: string[] = ['flowchart TD'];
  const ids = new Map<string, string>();
  const idOf = (node: OutlineNode) => {
    const id = ids.get(node.id) ?? `s${ids.size + 1}`;
    ids.set(node.id, id);
    return id;
  };

  function sequence(nodes: readonly OutlineNode[], before: readonly Exit[], indent: string): Exit[] {
    return nodes.reduce<Exit[]>((exits, node) => draw(node, exits, indent), [...before]);
  }

  function draw(node: OutlineNode, before: readonly Exit[], indent: string): Exit[] {
    const id = idOf(node);
    lines.push(`${indent}${id}${boxed(node)}`);
    for (const exit of before) lines.push(`${indent}${exit.from} -->${worded(exit.words)} ${id}`);
    const mark = marks.get(node.id);
    if (mark) lines.push(`${indent}class ${id} ${mark}`);
    if (node.ends) return [];
    return node.branches.length === 0 ? [{ from: id, words: '' }] : branches(node, id, indent);
  }

  function branches(node: OutlineNode, id: string, indent: string): Exit[] {
    const ways = node.branches.flatMap((branch) => drawBranch(node, branch, id, indent));
    if (LOOPS.has(node.kind)) {
      for (const { from } of ways) lines.push(`${indent}${from} --> ${id}`);
      return [{ from: id, words: 'done' }];
    }
    const open = node.kind === 'decide' && !node.branches.some(({ title }) => title === 'otherwise');
    return [...ways, ...(open ? [{ from: id, words: 'otherwise' }] : [])];
  }

  /** What undoes a scope runs later, so nothing follows it here. */
  function drawBranch(node: OutlineNode, { title, role, nodes }: OutlineBranch, id: string, indent: string): Exit[] {
    if (nodes.length === 0) return role === 'undo' ? [] : [{ from: id, words: title }];
    if (role === 'main') return sequence(nodes, [{ from: id, words: title }], indent);
    lines.push(
      `${indent}subgraph ${id}_${role}${node.branches.findIndex((each) => each.nodes === nodes)}["${escaped(`${node.name} ${title}`.trim())}"]`,
    );
    const exits = sequence(nodes, [], `${indent}  `);
    lines.push(`${indent}end`, `${indent}${id} -.->${worded(title)} ${idOf(nodes[0]!)}`);
    return role === 'undo' ? [] : exits;
  }

  const exits = sequence(outline.nodes, [], '  ');
  if (exits.length > 0) lines.push('  ended((end))');
  for (const exit of exits) lines.push(`  ${exit.from} -->${worded(exit.words)} ended`);
  return [...lines, ...(marks.size > 0 ? CLASSES.map((each) => `  ${each}`) : []), ''].join('\n');
}

function boxed(node: OutlineNode): string {
  const label = [node.name === '' ? node.kind : `${node.kind}: ${node.name}`, node.detail].filter(
    (each) => each !== '',
  );
  const text = `"${label.map(escaped).join('<br/>')}"`;
  if (CHOICES.has(node.kind)) return `{${text}}`;
  return node.ends ? `([${text}])` : `[${text}]`;
}

const worded = (words: string) => (words === '' ? '' : `|"${escaped(words)}"|`);

/** Mermaid reads entities; its own marks must not end a text. */
const escaped = (text: string) =>
  text.replaceAll('&', '#amp;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
