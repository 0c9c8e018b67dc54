/**
 * Places the boxes of a picture: a block is a column of boxes, branches stand side by side within the box of their shape. Lengths
 * are in pixels, places absolute. Pure and the same for the same outline.
 */
import type { Outline, OutlineBranch, OutlineNode } from './outline.ts';

export interface Box {
  readonly node: OutlineNode;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of the part above its columns. */
  readonly headHeight: number;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly branch: OutlineBranch;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
}

export const LINE = 15;
const PAD = 10;
const GAP = 22;
const COLUMN_GAP = 12;
const TITLE = 20;
const CHARACTER = 6.7;
const LONGEST = 46;
const NARROWEST = 96;

/** Without a place yet. */
interface Sized {
  readonly node: OutlineNode;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly headHeight: number;
  readonly columns: readonly SizedColumn[];
}

interface SizedColumn {
  readonly branch: OutlineBranch;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Sized[];
}

/** `least`: how wide it is at least. */
export function layoutOf(outline: Outline, top: number, least: number): Layout {
  const sized = outline.nodes.map(sizeOf);
  const width = Math.max(least, ...sized.map((each) => each.width + 2 * PAD));
  const height = top + heightOf(sized) + PAD;
  return { width, height, boxes: placed(sized, width / 2, top) };
}

export const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function sizeOf(node: OutlineNode): Sized {
  const lines = [node.kind, node.name, node.detail].filter((text) => text !== '').map(shortened);
  const headHeight = lines.length * LINE + PAD;
  const columns = node.branches.map(columnOf);
  const own = Math.max(NARROWEST, widest(lines));
  if (columns.length === 0) return { node, lines, headHeight, width: own, height: headHeight, columns };
  const inner = columns.reduce((sum, { width }) => sum + width + COLUMN_GAP, COLUMN_GAP);
  const height = headHeight + Math.max(...columns.map((column) => column.height)) + PAD;
  return { node, lines, headHeight, width: Math.max(own, inner), height, columns };
}

function columnOf(branch: OutlineBranch): SizedColumn {
  const boxes = branch.nodes.map(sizeOf);
  const title = shortened(branch.title);
  const width = Math.max(NARROWEST, widest([title]), ...boxes.map((box) => box.width)) + 2 * PAD;
  return { branch, title, width, height: TITLE + Math.max(LINE, heightOf(boxes)) + PAD, boxes };
}

const widest = (lines: readonly string[]) =>
  Math.ceil(Math.max(0, ...lines.map((line) => line.length)) * CHARACTER) + 2 * PAD;

const heightOf = (boxes: readonly Sized[]) =>
  boxes.reduce((sum, { height }) => sum + height, 0) + Math.max(0, boxes.length - 1) * GAP;

function placed(boxes: readonly Sized[], middle: number, top: number): Box[] {
  let y = top;
  return boxes.map((box) => {
    const at = { ...box, x: middle - box.width / 2, y };
    y += box.height + GAP;
    return { ...at, columns: placedColumns(box, at.x, at.y + box.headHeight) };
  });
}

/** What is left of the width is shared out, so that the columns fill their box. */
function placedColumns({ columns, width, height, headHeight }: Sized, left: number, y: number): Column[] {
  const used = columns.reduce((sum, column) => sum + column.width + COLUMN_GAP, COLUMN_GAP);
  const spare = columns.length === 0 ? 0 : (width - used) / columns.length;
  let x = left + COLUMN_GAP;
  return columns.map((column) => {
    const own = column.width + spare;
    const at = { x, y, width: own, height: height - headHeight - PAD };
    x += own + COLUMN_GAP;
    return { ...column, ...at, boxes: placed(column.boxes, at.x + own / 2, y + TITLE) };
  });
}
