/**
 * One box of a curve, alone in its process, so that what it keeps in memory is felt by nobody else.
 * Usage: node curve-process.ts <item> <address of the store>; orders and answers are JSON lines on stdin and stdout.
 */
import { createInterface } from 'node:readline';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { WORKERS } from './curve.ts';
import { curves } from './curves.ts';
import { openBox } from './open-box.ts';
import type { Round } from './round.ts';
import { timed } from './timed.ts';

/** Answered with `{}`; a round with a Round. `warm` measures nothing: on a box that is thrown away it makes the code quick. */
export type CurveOrder =
  | { readonly kind: 'warm'; readonly address: string; readonly operations: number }
  | { readonly kind: 'grow'; readonly from: number; readonly to: number }
  | { readonly kind: 'round'; readonly operations: number };

const [item, address] = process.argv.slice(2) as [string, string];
const curve = curves.find((each) => each.item === item)!;

async function open(at: string): Promise<MessageBox> {
  const opened = await openBox(at);
  await curve.prepare?.(opened);
  return opened;
}

function roundOn(box: MessageBox, operations: number): Promise<Round> {
  return timed({ operations, atOnce: WORKERS, run: (worker) => curve.cycle(box, worker).then(() => undefined) });
}

async function warm(at: string, operations: number): Promise<void> {
  const box = await open(at);
  await curve.grow(box, 0, curve.sizes[0]!);
  await roundOn(box, operations);
  await box.close();
}

async function obey(order: CurveOrder, box: MessageBox): Promise<unknown> {
  if (order.kind === 'round') return roundOn(box, order.operations);
  if (order.kind === 'warm') await warm(order.address, order.operations);
  else await curve.grow(box, order.from, order.to);
  return {};
}

const box = await open(address);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await obey(JSON.parse(line) as CurveOrder, box))}\n`);
}
await box.close();
