/** Results as a table of text: ratios beside what is aimed at. */
import type { Measured } from './measured.ts';
import { hundredths } from './round.ts';
import { isMet, targetsOf, wanted } from './targets.ts';

const HEADINGS = ['item', 'store', 'ratio', 'per second', 'beside', 'p99 ms', 'beside', 'cpu us', 'beside', 'target'];

export function tableOf(results: readonly Measured[]): string {
  const rows = [HEADINGS, ...results.map(rowOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => padded(cell, column, widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Words to the left, numbers to the right. */
function padded(cell: string, column: number, width: number): string {
  return column < 2 || column === HEADINGS.length - 1 ? cell.padEnd(width) : cell.padStart(width);
}

function rowOf(measured: Measured): string[] {
  const { item, store, ratio, perSecond, limitPerSecond, p99, limitP99, cpuUs = '', limitCpuUs = '' } = measured;
  const numbers = [ratio, perSecond, limitPerSecond, p99, limitP99, cpuUs, limitCpuUs].map(String);
  return [
    item,
    store,
    ...numbers,
    targetsOf(measured)
      .map((target) => verdict(target, measured))
      .join('; '),
  ];
}

function verdict(target: ReturnType<typeof targetsOf>[number], measured: Measured): string {
  const what = target.what === 'ratio' ? '' : `${target.what} ${hundredths(target.value(measured))} `;
  return `${what}${wanted(target)} ${isMet(target, measured) ? 'met' : 'missed'}`;
}
