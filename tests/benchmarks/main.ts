/** `npm run bench -- [item ...] [--json]`: measures the bus beside a hand-written limit, in the same run. */
import { parseArgs } from 'node:util';
import type { Measured } from './measured.ts';
import { w1 } from './w1.ts';

const items: Readonly<Record<string, (progress: (text: string) => void) => Promise<Measured>>> = {
  w1: (progress) => w1(progress),
  'w1-undici': (progress) => w1(progress, 'undici'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const chosen = positionals.length > 0 ? positionals : ['w1'];
const unknown = chosen.filter((item) => !items[item]);
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there is ${Object.keys(items).join(', ')}.\n`);
  process.exit(2);
}
for (const item of chosen) {
  const measured = await items[item]!((text) => process.stderr.write(`${item} ${text}\n`));
  process.stdout.write(`${values.json ? JSON.stringify(measured) : described(measured)}\n`);
}

function described({ item, store, perSecond, limitPerSecond, ratio, p50, p99, limitP99, rssMb }: Measured): string {
  return [
    `${item} on ${store}: ${perSecond} delivered/s, p50 ${p50} ms, p99 ${p99} ms, ${rssMb} MB`,
    `  by hand: ${limitPerSecond} delivered/s, p99 ${limitP99} ms`,
    `  ratio:   ${ratio}`,
  ].join('\n');
}
