/** The picture of an orchestration as SVG that stands by itself: no scripts, no fonts or files from elsewhere. Pure. */
import { type Box, type Column, LINE, layoutOf, shortened } from './layout.ts';
import type { Mark, Marks } from './marks.ts';
import type { Outline } from './outline.ts';

const HEAD = 52;
const LEGEND = 22;
const LEGEND_WIDTH = 120;
const MARGIN = 12;
const TITLE_CHARACTER = 10;

const STYLE = `
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2933; }
.title { font-size: 16px; font-weight: 600; }
.description, .branch { fill: #52606d; font-style: italic; }
.kind { font-size: 10px; letter-spacing: .06em; text-transform: uppercase; fill: #52606d; }
.name { font-weight: 600; }
.box { fill: #fff; stroke: #7b8794; }
.scope, .block { fill: #f5f7fa; }
.receive { fill: #e3f2fd; } .send, .request { fill: #e8f5e9; } .decide, .listen { fill: #fffbea; }
.complete, .terminate, .throw, .suspend { fill: #f0e9f7; }
.column { fill: #fff; stroke: #cbd2d9; }
.error { stroke: #ba2525; stroke-dasharray: 5 3; } .undo { stroke: #b7791f; stroke-dasharray: 5 3; }
.passed { stroke: #18794e; stroke-width: 2.5; }
.here { stroke: #0b69c7; stroke-width: 4; }
.failed { stroke: #ba2525; stroke-width: 4; }
.flow { stroke: #7b8794; fill: none; marker-end: url(#arrow); }
`.trim();

const LEGENDS: Readonly<Record<Mark, string>> = {
  passed: 'passed',
  here: 'stands here',
  failed: 'suspended here',
};

/** `marks`: where an instance went; without it, the orchestration as such. */
export function svgOf(outline: Outline, marks?: Marks): string {
  const legendWidth = marks ? new Set(marks.values()).size * LEGEND_WIDTH : 0;
  const least = Math.max(legendWidth + 2 * MARGIN, outline.name.length * TITLE_CHARACTER + 2 * MARGIN);
  const layout = layoutOf(outline, HEAD + (marks ? LEGEND : 0), least);
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(outline.name)}</title>`,
    ...(outline.description === '' ? [] : [`<desc>${escaped(outline.description)}</desc>`]),
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#7b8794"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(10, 24, 'title', outline.name),
    text(10, 42, 'description', outline.description.slice(0, Math.max(20, Math.floor(width / 6.4)))),
    ...(marks ? legend(marks) : []),
    ...sequence(layout.boxes, marks ?? new Map()),
    '</svg>',
  ].join('\n');
}

function legend(marks: Marks): string[] {
  const used = [...new Set(marks.values())];
  return used.flatMap((mark, index) => [
    `<rect class="box ${mark}" x="${MARGIN + index * LEGEND_WIDTH}" y="${HEAD - 2}" width="14" height="12"/>`,
    text(MARGIN + 20 + index * LEGEND_WIDTH, HEAD + 8, '', LEGENDS[mark]),
  ]);
}

function sequence(boxes: readonly Box[], marks: Marks): string[] {
  return boxes.flatMap((box, index) => {
    const next = boxes[index + 1];
    const arrow = next && !box.node.ends ? [line(middle(box), box.y + box.height, next.y)] : [];
    return [...drawn(box, marks), ...arrow];
  });
}

const middle = ({ x, width }: Box | Column) => x + width / 2;

function drawn(box: Box, marks: Marks): string[] {
  const { node, lines, x, y, width, height, columns } = box;
  const mark = marks.get(node.id);
  const classes = ['box', node.kind, columns.length > 0 ? 'block' : '', mark ?? '']
    .filter((each) => each !== '')
    .join(' ');
  const whole = [node.kind, node.name, node.detail].filter((each) => each !== '').join(': ');
  return [
    `<g><title>${escaped(`${whole} (line ${node.line})`)}</title>`,
    `<rect class="${classes}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="5"/>`,
    ...lines.map((each, index) =>
      text(round(middle(box)), round(y + LINE * (index + 1)), `${classOfLine(index, node.name)} middle`, each),
    ),
    '</g>',
    ...columns.flatMap((column) => drawnColumn(column, marks)),
  ];
}

const classOfLine = (index: number, name: string) =>
  index === 0 ? 'kind' : index === 1 && name !== '' ? 'name' : 'detail';

function drawnColumn(column: Column, marks: Marks): string[] {
  const { branch, title, x, y, width, height, boxes } = column;
  const role = branch.role === 'main' ? '' : ` ${branch.role}`;
  const full =
    title === shortened(branch.title) && title !== branch.title ? `<title>${escaped(branch.title)}</title>` : '';
  return [
    `<rect class="column${role}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="4">${full}</rect>`,
    text(round(middle(column)), round(y + 14), 'branch middle', title),
    ...sequence(boxes, marks),
  ];
}

const line = (x: number, from: number, to: number) =>
  `<path class="flow" d="M${round(x)} ${round(from)}V${round(to)}"/>`;

function text(x: number, y: number, classes: string, content: string): string {
  if (content === '') return '';
  const anchor = classes.includes('middle') ? ' text-anchor="middle"' : '';
  return `<text class="${classes.replace(' middle', '')}"${anchor} x="${x}" y="${y}">${escaped(content)}</text>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Characters that XML does not allow are left out. */
function escaped(value: string): string {
  return value
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
