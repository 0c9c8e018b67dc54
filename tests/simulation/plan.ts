/** What is to happen in a run, whatever becomes of it: drawn from the seed before anything starts. */
import type { Random } from '../../runtime/contracts/clock.ts';
import type { LatePolicy } from '../../runtime/contracts/orchestration.ts';
import { below, createRandom, pick } from './chance.ts';
import { addEvents, addProcess, SYSTEMS as OFFICES, STOPPABLE } from './processes/plan.ts';
import { type OnFailure, stoppable } from './solution.ts';

export type SceneName = 'post' | 'processes';

export interface Plan {
  readonly scene: SceneName;
  readonly seed: number;
  readonly hosts: number;
  /** How long (ms) things go on happening, and faults strike. */
  readonly horizon: number;
  readonly items: readonly Item[];
  /** In the end, when all is well again, operators resume whatever can be resumed. */
  readonly resumesAll: boolean;
  /** What the ordered port does when a message is suspended. */
  readonly onFailure: OnFailure;
  /** What becomes of what comes late to a convoy. */
  readonly late: LatePolicy;
}

/** `name` is its own for ever: chance hangs on it. */
export type Item = { readonly name: string; readonly at: number } & (
  | Arrival
  | { readonly kind: 'crash' | 'restart'; readonly host: number }
  | { readonly kind: 'freeze'; readonly host: number; readonly ms: number }
  | { readonly kind: 'outage'; readonly system: string; readonly ms: number }
  | { readonly kind: 'halt'; readonly subscriber: string; readonly ms: number }
  | { readonly kind: 'operator' }
  /** A person does a task that is open then, if there is one. */
  | { readonly kind: 'clerk'; readonly text: string }
  | { readonly kind: 'deploy'; readonly version: number }
  /** The clock of all machines is set. */
  | { readonly kind: 'jump'; readonly ms: number }
  /** One machine's clock is off from now on. */
  | { readonly kind: 'skew'; readonly host: number; readonly ms: number }
);

export interface Arrival {
  readonly kind: 'arrival';
  /** `<port>/<location>`. */
  readonly location: string;
  readonly bodies: readonly string[];
  /** The transport's identity of the receipt. */
  readonly key?: string;
  /** The source offers it until it is acknowledged; otherwise once. Only where a second receipt is recognised. */
  readonly insists: boolean;
  readonly host: number;
}

const HORIZON = 14_000;
const FREEZES = [1500, 8000, 8000, 70_000];
const SYSTEMS = ['alpha', 'beta', 'spare', 'queue', 'depot', 'ledger', 'archive', 'undo'];

/** Every so many seeds are of the orchestrations. */
export const PROCESSES = 4;

export function planOf(seed: number): Plan {
  const random = createRandom(Math.imul(seed, 0x2545f491) + 0x1234567);
  const scene = seed % PROCESSES === 0 ? 'processes' : 'post';
  const hosts = pick([1, 1, 2, 2, 3], random);
  const items: Item[] = [];
  const add: Add = (at, item) => {
    items.push({ name: `item ${items.length + 1}`, at: Math.round(at), ...item } as Item);
  };
  const arrivals = scene === 'post' ? 4 + below(10, random) : 2 + below(6, random);
  for (let count = 1; count <= arrivals; count += 1) {
    if (scene === 'post') addArrival(`P${count}`, hosts, add, random);
    else addProcess(`P${count}`, random() * HORIZON * 0.6, hosts, add, random);
  }
  addTrouble(scene, hosts, add, random);
  const onFailure = pick(['stop', 'skip', 'park'] as const, random);
  const resumesAll = random() < 0.5;
  const late = pick(['park', 'new', 'new', 'fail'] as const, random);
  addEvents(scene === 'processes', HORIZON, hosts, add, random);
  return { seed, scene, hosts, horizon: HORIZON, items, resumesAll, onFailure, late };
}

type WithoutName = Item extends infer I ? (I extends Item ? Omit<I, 'name' | 'at'> : never) : never;
export type Add = (at: number, item: WithoutName) => void;

function addTrouble(scene: SceneName, hosts: number, add: Add, random: Random): void {
  const [systems, subscribers] = scene === 'post' ? [SYSTEMS, stoppable] : [OFFICES, STOPPABLE];
  for (let count = below(3, random); count > 0; count -= 1) {
    add(random() * HORIZON, { kind: pick(['crash', 'crash', 'restart'], random), host: below(hosts, random) });
  }
  const freezes = pick([0, 0, 1, 1, 2], random);
  for (let count = freezes; count > 0; count -= 1) {
    if (scene === 'post') addFreeze(`F${count}`, hosts, add, random);
    else add(random() * HORIZON * 0.7, { kind: 'freeze', host: below(hosts, random), ms: pick(FREEZES, random) });
  }
  for (let count = below(2, random); count > 0; count -= 1) {
    add(random() * HORIZON, { kind: 'outage', system: pick(systems, random), ms: 500 + below(9000, random) });
  }
  if (random() < 0.3) {
    add(random() * HORIZON, { kind: 'halt', subscriber: pick(subscribers, random), ms: 500 + below(9000, random) });
  }
  for (let count = below(6, random); count > 0; count -= 1) add(random() * HORIZON * 1.5, { kind: 'operator' });
}

function addArrival(id: string, hosts: number, add: Add, random: Random): void {
  const at = random() * HORIZON * 0.8;
  const chance = random();
  const host = below(hosts, random);
  if (chance < 0.45) addParcels(id, at, host, add, random);
  else if (chance < 0.52) addMalformed(id, at, host, add, random);
  else if (chance < 0.61) addChain(id, at, host, add, random);
  else if (chance < 0.63) addNews(id, at, host, 'nobody asked', add);
  else addRequest(id, at, host, add, random);
}

function addParcels(id: string, at: number, host: number, add: Add, random: Random): void {
  const count = random() < 0.2 ? 2 + below(2, random) : 1;
  const bodies = Array.from({ length: count }, (_, index) => parcel(count === 1 ? id : `${id}-${index + 1}`, random));
  const byKey = random() < 0.5;
  const recognised = byKey || random() < 0.8;
  const key = byKey ? { key: `file ${id}` } : {};
  const location = byKey || !recognised ? 'in/hatch' : pick(['in/door', 'nightly/folder'], random);
  const one = { kind: 'arrival', location, bodies, ...key, host } as const;
  add(at, { ...one, insists: recognised && random() < 0.8 });
  if (recognised && random() < 0.3) add(at + random() * 5000, { ...one, host: host + 1, insists: random() < 0.5 });
}

function parcel(id: string, random: Random): string {
  const kind = pick(['letter', 'letter', 'both', 'crate', 'tracked', 'tracked', 'lost'], random);
  const weight = kind === 'crate' ? { weight: pick([5, 50], random) } : {};
  return JSON.stringify({ id, kind, ...weight });
}

/** While it lasts, something comes to the location that only one host may run, which may be the frozen one. */
function addFreeze(id: string, hosts: number, add: Add, random: Random): void {
  const at = random() * HORIZON * 0.7;
  const ms = pick(FREEZES, random) + below(2000, random);
  const host = below(hosts, random);
  add(at, { kind: 'freeze', host, ms });
  const bodies = [parcel(id, random)];
  const arrival = { kind: 'arrival', location: 'nightly/folder', bodies, insists: true, host } as const;
  if (random() < 0.7) add(at + random() * Math.min(ms, 10_000), arrival);
}

/** Messages of one key, whose order matters. */
function addChain(id: string, at: number, host: number, add: Add, random: Random): void {
  const chain = pick(['red', 'blue'], random);
  const count = 2 + below(4, random);
  for (let step = 1; step <= count; step += 1) {
    const bodies = [JSON.stringify({ id: `${id}-${step}`, kind: 'step', chain })];
    const one = { kind: 'arrival', location: 'in/door', bodies, insists: random() < 0.9 } as const;
    add(at + step * 400 * random(), { ...one, host: host + step });
  }
}

function addMalformed(id: string, at: number, host: number, add: Add, random: Random): void {
  const body = pick([`{"id": "${id}", `, `{"id": "${id}", "kind": 7}`], random);
  const insists = random() < 0.5;
  add(at, { kind: 'arrival', location: 'in/door', bodies: [body], key: `file ${id}`, insists, host });
}

/** A two-way request, sometimes asked twice, sometimes followed by news that its instance waits for. */
function addRequest(id: string, at: number, host: number, add: Add, random: Random): void {
  const kind = pick(['order', 'order', 'order', 'full'], random);
  const one = { kind: 'arrival', location: 'counter/desk', bodies: [JSON.stringify({ id, kind })], host } as const;
  add(at, { ...one, insists: random() < 0.8 });
  if (random() < 0.2) add(at + random() * 8000, { ...one, host: host + 1, insists: false });
  for (let count = pick([0, 1, 1, 2], random); count > 0; count -= 1) {
    addNews(id, at + 200 + random() * 9000, host, pick(['moved', 'cancel', 'cancel'], random), add);
  }
}

function addNews(id: string, at: number, host: number, note: string, add: Add): void {
  const bodies = [JSON.stringify({ number: `R-${id}`, note })];
  add(at, { kind: 'arrival', location: 'news/wire', bodies, key: `news ${id} ${at}`, insists: true, host });
}
