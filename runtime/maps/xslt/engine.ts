/**
 * Runs stylesheets on a thread of their own while the caller waits, so that maps stay synchronous and a stylesheet that runs on, recurses
 * without end or eats memory costs one message and not the host: the thread is ended and the next call begins another. A sheet that a new
 * thread does not know yet is compiled again.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Answer, Parameter, Request, Sheet } from './protocol.ts';

/** Loading the library takes a tenth of a second on a machine that is not busy. */
const START_MS = 60_000;
/** Milliseconds for what nobody bounds, and for compiling. */
export const STANDARD_MS = 10_000;
const KEPT_SHEETS = 256;
const STACK_MB = 48;

export type Outcome = Answer | 'late';

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
  /** Sheets that it has compiled, the one longest unused first. */
  readonly sheets: Set<string>;
}

let current: Thread | undefined;

/** `ms`: of real time, after which it is broken off and 'late'. */
export function compileSheet(sheet: Sheet, ms: number): Outcome {
  const thread = running();
  const outcome = ask(thread, { kind: 'compile', sheet }, ms);
  if (outcome === 'late' || !outcome.done) return outcome;
  thread.sheets.add(sheet.id);
  forgetOldest(thread, ms);
  return outcome;
}

export function runSheet(sheet: Sheet, input: Uint8Array, parameters: readonly Parameter[], ms: number): Outcome {
  const thread = running();
  if (!thread.sheets.delete(sheet.id)) {
    const compiled = compileSheet(sheet, ms);
    if (compiled === 'late' || !compiled.done) return compiled;
  }
  thread.sheets.add(sheet.id);
  return ask(thread, { kind: 'run', id: sheet.id, input, parameters }, ms);
}

function forgetOldest(thread: Thread, ms: number): void {
  const [oldest] = thread.sheets;
  if (oldest === undefined || thread.sheets.size <= KEPT_SHEETS) return;
  thread.sheets.delete(oldest);
  ask(thread, { kind: 'forget', id: oldest }, ms);
}

function running(): Thread {
  if (current) return current;
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(import.meta.filename.replace(/engine(\.[jt]s)$/, 'worker$1'), {
    workerData: { port: port2, signal },
    transferList: [port2],
    resourceLimits: { stackSizeMb: STACK_MB },
  });
  const thread: Thread = { worker, port: port1, signal, sheets: new Set() };
  worker.on('error', () => drop(thread)); // Whoever waits for it is told that it was late.
  worker.unref();
  port1.unref();
  current = thread;
  const ready = answerTo(thread, 0, START_MS);
  if (ready !== 'late' && ready.done) return thread;
  drop(thread);
  throw new Error(`libxslt cannot be loaded: ${ready === 'late' ? 'it takes too long' : ready.broken}`);
}

function ask(thread: Thread, request: Request, ms: number): Outcome {
  const before = Atomics.load(thread.signal, 0);
  thread.port.postMessage(request);
  const outcome = answerTo(thread, before, ms);
  if (outcome === 'late' || outcome.broken !== undefined) drop(thread);
  return outcome;
}

function answerTo({ signal, port }: Thread, before: number, ms: number): Outcome {
  if (Atomics.wait(signal, 0, before, ms) === 'timed-out') return 'late';
  return (receiveMessageOnPort(port) as { readonly message: Answer }).message;
}

function drop(thread: Thread): void {
  if (current === thread) current = undefined;
  thread.port.close();
  void thread.worker.terminate();
}
