/** A measurement in words, for whoever watches. */
import type { Measured } from './measured.ts';

export function described(measured: Measured): string {
  const { item, store, perSecond, limitPerSecond, ratio, p50, p99, limitP99, rssMb, cpuUs, limitCpuUs } = measured;
  return [
    `${item} on ${store}: ${perSecond}/s, p50 ${p50} ms, p99 ${p99} ms, ${rssMb} MB${processorTime(cpuUs)}`,
    `  beside: ${limitPerSecond}/s, p99 ${limitP99} ms${processorTime(limitCpuUs)}`,
    `  ratio:  ${ratio}`,
    ...(measured.curve ?? []).map(
      ([size, cost], index) =>
        `  ${String(size).padStart(9)}: ${cost} us a message, the smallest ${measured.beside?.[index]} us`,
    ),
  ].join('\n');
}

const processorTime = (us: number | undefined) => (us === undefined ? '' : `, ${us} us of processor time a message`);
