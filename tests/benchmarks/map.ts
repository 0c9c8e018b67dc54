/** The map of W2 by itself, beside a function written by hand that makes the same: 25 fields, 10 lines, dates, a sum. One core, no bus. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { XMLParser } from 'fast-xml-parser';
import { adapters } from '../../adapters/index.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';
import { bodies } from './bodies.ts';
import { compare } from './compare.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { quantile, type Round } from './round.ts';
import { type Order, toPurchase } from './w2-by-hand.ts';

const root = fileURLToPath(new URL('w2', import.meta.url));
/** Maps between two looks at the clock. */
const AT_ONCE = 50;

export function map(options: Options): Promise<Measured> {
  const text = bodies.order.make(1);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    isArray: (name) => name === 'line',
  });
  const { order } = parser.parse(text) as { order: Order };
  const { program, document } = compiled(Buffer.from(text));
  mustAgree(program.transform([document]), toPurchase(order));
  return compare(
    {
      item: 'map',
      limit: async () => timed(options.count, () => toPurchase(order)),
      subject: async () => timed(options.count, () => program.transform([document])),
    },
    options,
  );
}

function compiled(bytes: Uint8Array) {
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = new Map(
    names.map((entry) => {
      const path = `${entry.parentPath}/${entry.name}`;
      return [path.slice(root.length + 1), readFileSync(path, 'utf8')];
    }),
  );
  const { deployment, findings } = compileSolution(files, { adapters, env: {}, resolvePath: (path) => path });
  if (!deployment) throw new Error(findings.map(({ message }) => message).join('\n'));
  const program = deployment.receivePorts[0]!.maps.get('order')!;
  return { program, document: deployment.schemas.find('order')!.read(bytes) };
}

function mustAgree(one: unknown, other: unknown): void {
  const [a, b] = [one, other].map((value) => JSON.stringify(value, Object.keys(flat(value)).sort()));
  if (a !== b) throw new Error(`The map gives ${a}, by hand it is ${b}`);
}

/** All keys of it, at any depth. */
function flat(value: unknown): Record<string, true> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => ({ [key]: true, ...flat(inner) }))) as Record<
    string,
    true
  >;
}

function timed(count: number, run: () => unknown): Round {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const began = performance.now();
  let done = 0;
  for (let last = began; done < count; done += AT_ONCE) {
    for (let index = 0; index < AT_ONCE; index += 1) run();
    const now = performance.now();
    latencies.push((now - last) / AT_ONCE);
    last = now;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (done * 1000) / (performance.now() - began),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuUs: (user + system) / done,
    rssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
