/**
 * The pictures of all orchestrations of the conformance suite and of the reference solution, and of each instance at each of its
 * waits: well-formed, boxes within each other or apart, words within their boxes, and the way shown to where the instance stands.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { adapters } from '../../../adapters/index.ts';
import { parseDuration } from '../../../runtime/contracts/duration.ts';
import type { Program } from '../../../runtime/contracts/orchestration.ts';
import { type Marks, marksOf } from '../../../runtime/orchestration/diagram/marks.ts';
import { type OutlineNode, outlineOf } from '../../../runtime/orchestration/diagram/outline.ts';
import { svgOf } from '../../../runtime/orchestration/diagram/svg.ts';
import type { State } from '../../../runtime/orchestration/state.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { readSolution } from '../../../runtime/solution/find.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { type Case, caseFiles, casesOf } from '../../conformance/cases.ts';
import { Driver } from './driver.ts';
import { compileText, HEAD } from './orchestration-fixture.ts';

interface Rect {
  readonly what: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly middle: boolean;
}

/** Throws where it is not well-formed. */
function read(svg: string): { readonly whole: Rect; readonly rects: Rect[]; readonly words: Word[] } {
  const rects: Rect[] = [];
  const words: Word[] = [];
  const number = (value: string | undefined) => Number(value ?? Number.NaN);
  let whole: Rect | undefined;
  let open: Omit<Word, 'text'> | undefined;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, attributes }) => {
    const at = (name: string) => attributes[name]?.value;
    const area = {
      x: number(at('x') ?? '0'),
      y: number(at('y') ?? '0'),
      width: number(at('width')),
      height: number(at('height')),
    };
    if (local === 'svg') whole = { what: 'svg', ...area };
    if (local === 'rect' && at('class')) rects.push({ what: at('class')!, ...area });
    if (local === 'text') open = { x: area.x, y: area.y, middle: at('text-anchor') === 'middle' };
  });
  parser.on('text', (text) => {
    if (open) words.push({ ...open, text });
  });
  parser.on('closetag', ({ local }) => {
    if (local === 'text') open = undefined;
  });
  parser.write(svg).close();
  return { whole: whole!, rects, words };
}

const within = (inner: Rect, outer: Rect) =>
  inner.x >= outer.x - 0.2 &&
  inner.y >= outer.y - 0.2 &&
  inner.x + inner.width <= outer.x + outer.width + 0.2 &&
  inner.y + inner.height <= outer.y + outer.height + 0.2;
const apart = (one: Rect, other: Rect) =>
  one.x + one.width <= other.x + 0.2 ||
  other.x + other.width <= one.x + 0.2 ||
  one.y + one.height <= other.y + 0.2 ||
  other.y + other.height <= one.y + 0.2;

/** As narrow as a common sans-serif font of 12 pixels is on the average. */
const CHARACTER = 6;

/** What is wrong with how it looks, in words. */
function faultsOf(svg: string): string[] {
  const { whole, rects, words } = read(svg);
  const found = rects.filter((each) => !within(each, whole)).map(({ what }) => `${what} leaves the picture`);
  for (const [index, one] of rects.entries())
    for (const other of rects.slice(index + 1))
      if (!apart(one, other) && !within(one, other) && !within(other, one))
        found.push(`${one.what} and ${other.what} overlap`);
  for (const { text, x, y, middle } of words) {
    const width = text.length * CHARACTER;
    const area = { what: text, x: middle ? x - width / 2 : x, y: y - 10, width, height: 12 };
    const holders = rects.filter(
      (rect) => x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height,
    );
    const inmost = holders.toSorted((a, b) => a.width * a.height - b.width * b.height)[0];
    if (middle && !(inmost && within(area, inmost))) found.push(`"${text}" leaves its box`);
  }
  return found;
}

function drawn(program: Program, text: string) {
  const { source } = readYaml('orchestrations/test.orchestration.yaml', text);
  return outlineOf(program, source);
}

const all = (nodes: readonly OutlineNode[]): OutlineNode[] =>
  nodes.flatMap((node) => [node, ...node.branches.flatMap((branch) => all(branch.nodes))]);

const places = (marks: Marks, wanted: string) => [...marks].filter(([, mark]) => mark === wanted).map(([id]) => id);

/** Every instance of the case at every wait: the marks that its picture should have, and has. */
function played({ body, events }: Case) {
  const text = HEAD + body.replace(/^/gm, '  ');
  const { program } = compileText(text);
  const outline = drawn(program!, text);
  const driver = new Driver(program!);
  const history: { name: string; data: Record<string, string | number | boolean> }[] = [];
  return events.map((event) => {
    driver.now += event.after === undefined ? 0 : parseDuration(event.after)!;
    for (const command of driver.commandsOf(event))
      if (command.kind === 'track')
        history.push({ name: command.name, data: { ...command.data, shape: command.shape } });
    const { instance } = driver;
    const marks = marksOf(outline, instance, history);
    const ended = instance.status === 'completed' || instance.status === 'terminated';
    const threads = ended ? [] : (instance.state as State).threads;
    const tops = threads.flatMap(({ frames, failed }) => {
      const top = frames.at(-1);
      if (!top) return [];
      const isThere = all(outline.nodes).some(({ id }) => id.startsWith(`${top.block}.${top.index}.`));
      const index = isThere ? top.index : top.index - 1;
      return [{ place: `${top.block}.${index}.`, failed: failed !== undefined }];
    });
    return { outline, marks, tops, status: instance.status };
  });
}

describe.each(caseFiles)('%s', (name) => {
  test.each(casesOf(name).map((each) => [each.case, each] as const))('%s', (_, each) => {
    for (const { outline, marks, tops, status } of played(each)) {
      expect(faultsOf(svgOf(outline))).toEqual([]);
      expect(faultsOf(svgOf(outline, marks))).toEqual([]);
      const standing = [...places(marks, 'here'), ...places(marks, 'failed')];
      const expected = all(outline.nodes).filter(({ id }) =>
        tops.some(({ place }) => id.startsWith(place) && !id.slice(place.length).includes('.')),
      );
      expect(standing.sort()).toEqual(expected.map(({ id }) => id).sort());
      const told = tops.filter(({ failed }) => failed).map(({ place }) => place);
      if (told.length > 0)
        expect(places(marks, 'failed').every((id) => told.some((place) => id.startsWith(place)))).toBe(true);
      expect(places(marks, 'failed').length > 0).toBe(status === 'suspended' && standing.length > 0);
    }
  });
});

const root = join(import.meta.dirname, '../../..');

test.each(['.', 'tests/invalid/warned'])('the orchestrations of %s', (folder) => {
  const at = join(root, folder);
  const { deployment } = compileSolution(readSolution(at), {
    adapters,
    env: { CONTACT_CENTRE_TOKEN: 'set' },
    resolvePath: (path) => join(at, path),
  });
  const files = readdirSync(join(at, 'orchestrations')).filter((name) => name.endsWith('.orchestration.yaml'));
  expect(deployment!.orchestrations).toHaveLength(files.length);
  for (const file of files) {
    const text = readFileSync(join(at, 'orchestrations', file), 'utf8');
    const bound = deployment!.orchestrations.find(({ program }) => file.startsWith(`${program.name}.`));
    expect(faultsOf(svgOf(drawn(bound!.program, text)))).toEqual([]);
  }
});
