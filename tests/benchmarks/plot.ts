/** The drawing of a run: ratios beside what is aimed at, and the curves. Plain SVG, legible on light and dark pages. */
import type { Entry } from './history.ts';
import type { Measured } from './measured.ts';
import { isMet, targetsOf, wanted } from './targets.ts';

const WIDTH = 760;
const LEFT = 210;
const RIGHT = 110;
const ROW = 22;
const HEAD = 56;
/** Ratios beyond it are cut off. */
const LARGEST = 1.5;
const CHART = 200;
const FLAT = 1.3;
const COLOURS = ['#4a7fd6', '#c9822b', '#3f9d6b', '#a65fc4', '#c45f7c', '#5f9aa8'];

const STYLE = `
  svg { font: 12px system-ui, sans-serif; fill: #24292f; background: #ffffff }
  .page { fill: #ffffff } .line { stroke: #d0d7de } .faint { fill: #57606a } .title { font-size: 15px; font-weight: 600 }
  .met { fill: #3f9d6b } .missed { fill: #c45f5f } .free { fill: #8c959f } .target { stroke: #24292f; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    svg { fill: #e6edf3; background: #0d1117 } .page { fill: #0d1117 } .line { stroke: #3d444d } .faint { fill: #9198a1 }
    .target { stroke: #e6edf3 }
  }`;

export function plot(entry: Entry): string {
  const bars = entry.results.map((measured, index) => barOf(measured, HEAD + index * ROW));
  const curved = entry.results.filter(({ curve }) => curve !== undefined && curve.length > 1);
  const chartTop = HEAD + entry.results.length * ROW + 70;
  const chart = curved.length === 0 ? '' : chartOf(curved, chartTop);
  const height = curved.length === 0 ? chartTop - 40 : chartTop + CHART + 50 + curved.length * 18;
  const told = `${entry.date.slice(0, 10)}, commit ${entry.commit}, Node ${entry.node}, ${entry.cores} cores`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>Benchmarks: the bus beside limits written by hand</title>
<style>${STYLE}
</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
<text class="title" x="16" y="24">The bus beside limits written by hand: ratios</text>
<text class="faint" x="16" y="42">${escaped(told)}; the upright stroke is what is aimed at</text>
${bars.join('\n')}
${chart}
</svg>
`;
}

const across = (ratio: number) => LEFT + (Math.min(ratio, LARGEST) / LARGEST) * (WIDTH - LEFT - RIGHT);

function barOf(measured: Measured, top: number): string {
  const { item, store, ratio } = measured;
  const target = targetsOf(measured).find(({ what }) => what === 'ratio');
  const look = target === undefined ? 'free' : isMet(target, measured) ? 'met' : 'missed';
  const at = target && across(target.atLeast ?? target.atMost ?? 0).toFixed(1);
  const stroke = target ? `<line class="target" x1="${at}" x2="${at}" y1="${top + 1}" y2="${top + ROW - 5}"/>` : '';
  const aim = target ? ` (${escaped(wanted(target))})` : '';
  return `<text x="${LEFT - 10}" y="${top + 13}" text-anchor="end">${item} <tspan class="faint">${store}</tspan></text>
<rect class="${look}" x="${LEFT}" y="${top + 3}" width="${(across(ratio) - LEFT).toFixed(1)}" height="${ROW - 10}" rx="2"/>${stroke}
<text x="${WIDTH - RIGHT + 10}" y="${top + 13}">${ratio}${aim}</text>`;
}

interface Axes {
  readonly top: number;
  /** The largest size. */
  readonly most: number;
  /** The highest cost, by that of the smallest size. */
  readonly highest: number;
}

/** Costs by those of the smallest size, which was measured by turns with each; sizes by their powers of ten. */
function chartOf(curved: readonly Measured[], top: number): string {
  const costs = curved.flatMap(relative).map(([, cost]) => cost);
  const sizes = curved.flatMap(({ curve }) => curve!.map(([size]) => size));
  const axes: Axes = { top, most: Math.max(10, ...sizes), highest: Math.max(1.6, ...costs) * 1.05 };
  const powers = Array.from({ length: Math.floor(Math.log10(axes.most)) + 1 }, (_, power) => 10 ** power);
  const below = top + CHART;
  return [
    `<text class="title" x="16" y="${top - 22}">Cost of a message by size: 1 is that at the smallest size</text>`,
    ...[0, 1, FLAT].map((cost) => levelAt(cost, axes)),
    ...powers.map((size) => {
      const x = alongside(size, axes).toFixed(1);
      const label = size === 1 ? '0' : size.toLocaleString('en');
      return `<text class="faint" x="${x}" y="${below + 18}" text-anchor="middle">${label}</text>`;
    }),
    ...curved.map((measured, index) => lineOf(measured, COLOURS[index % COLOURS.length]!, index, axes)),
  ].join('\n');
}

function levelAt(cost: number, axes: Axes): string {
  const y = heightOf(cost, axes).toFixed(1);
  return `<line class="line" x1="60" x2="${WIDTH - 30}" y1="${y}" y2="${y}"/><text class="faint" x="52" y="${y}" dy="4" text-anchor="end">${cost}</text>`;
}

const alongside = (size: number, { most }: Axes) =>
  60 + (Math.log10(Math.max(1, size)) / Math.log10(most)) * (WIDTH - 100);
const heightOf = (cost: number, { top, highest }: Axes) => top + CHART - (cost / highest) * CHART;

const relative = ({ curve = [], beside = [] }: Measured) =>
  curve.map(([size, cost], index) => [size, cost / (beside[index] ?? cost)] as const);

function lineOf(measured: Measured, colour: string, index: number, axes: Axes): string {
  const points = relative(measured).map(([size, cost]) => [
    alongside(size, axes).toFixed(1),
    heightOf(cost, axes).toFixed(1),
  ]);
  const y = axes.top + CHART + 44 + index * 18;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
    ...points.map(([x, height]) => `<circle cx="${x}" cy="${height}" r="3" fill="${colour}"/>`),
    `<rect x="60" y="${y - 10}" width="12" height="12" rx="2" fill="${colour}"/><text x="80" y="${y}">${measured.item} <tspan class="faint">${measured.store}</tspan></text>`,
  ].join('\n');
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
