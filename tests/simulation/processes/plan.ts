/** What happens in a run of the orchestrations: slips of one key close upon each other, halves of pairs, cases and what is told of them. */
import type { Random } from '../../../runtime/contracts/clock.ts';
import { below, pick } from '../chance.ts';
import type { Add, Arrival } from '../plan.ts';

export const SYSTEMS = ['ledger', 'undo', 'depot', 'assessor'];
export const STOPPABLE = ['send:ledger', 'orchestration:gather', 'orchestration:pair', 'orchestration:case'];

/** The letters and digits of a name are the whole of it, so that it is found again as a word. */
const nameOf = (id: string, step: number) => `${id}x${step}`;

export function addProcess(id: string, at: number, hosts: number, add: Add, random: Random): void {
  const chance = random();
  if (chance < 0.4) addSlips(id, at, hosts, add, random);
  else if (chance < 0.6) addPair(id, at, hosts, add, random);
  else addCase(id, at, hosts, add, random);
}

/** More of one key than one aggregate takes, with a pause that may be just as long as it waits. */
function addSlips(id: string, at: number, hosts: number, add: Add, random: Random): void {
  const count = 1 + below(6, random);
  let when = at;
  for (let step = 1; step <= count; step += 1) {
    put('slips/tray', { id: nameOf(id, step), key: id, kind: 'slip' }, when, hosts, add, random);
    when += pick([0, 20, 300, 2000, 6000], random) * random();
  }
}

function addPair(id: string, at: number, hosts: number, add: Add, random: Random): void {
  const gap = pick([0, 0, 30, 4000], random) * random();
  const [first, second] = random() < 0.5 ? (['orders', 'payments'] as const) : (['payments', 'orders'] as const);
  put(`${first}/tray`, { id: nameOf(id, 1), key: id, kind: first }, at, hosts, add, random);
  put(`${second}/tray`, { id: nameOf(id, 2), key: id, kind: second }, at + gap, hosts, add, random);
  if (random() < 0.3) put(`${first}/tray`, { id: nameOf(id, 3), key: id, kind: first }, at + gap, hosts, add, random);
}

function addCase(id: string, at: number, hosts: number, add: Add, random: Random): void {
  const kind = pick(['case', 'case', 'case', 'full'], random);
  put('desk/window', { id, key: id, kind }, at, hosts, add, random);
  for (let count = pick([1, 2, 3], random); count > 0; count -= 1) {
    add(at + 500 + random() * 8000, { kind: 'clerk', text: pick(['yes', 'yes', 'no'], random) });
  }
  for (let count = pick([0, 0, 1, 2], random); count > 0; count -= 1) {
    const news = { id: nameOf(id, count), key: id, text: pick(['moved', 'cancel'], random) };
    put('news/wire', news, at + random() * 12_000, hosts, add, random);
  }
}

/** Once or, where it is recognised, twice. */
function put(location: string, body: object, at: number, hosts: number, add: Add, random: Random): void {
  const key = location === 'news/wire' ? { key: `news ${JSON.stringify(body)} ${at}` } : {};
  const one: Omit<Arrival, 'host'> = {
    kind: 'arrival',
    location,
    bodies: [JSON.stringify(body)],
    insists: true,
    ...key,
  };
  const host = below(hosts, random);
  add(at, { ...one, host });
  if (random() < 0.15) add(at + random() * 4000, { ...one, host: host + 1, insists: false });
}

/** What happens besides: the clock jumps, and where there is one another version is deployed. */
export function addEvents(versions: boolean, horizon: number, hosts: number, add: Add, random: Random): void {
  for (let count = versions ? pick([0, 1, 1, 2], random) : 0; count > 0; count -= 1) {
    add(random() * horizon, { kind: 'deploy', version: pick([0, 1, 1], random) });
  }
  for (let count = pick([0, 0, 1, 2], random); count > 0; count -= 1) {
    add(random() * horizon, { kind: 'jump', ms: pick([-20_000, -3000, 3000, 40_000], random) + below(500, random) });
  }
  if (hosts > 1 && random() < 0.3) {
    add(0, { kind: 'skew', host: below(hosts, random), ms: below(3000, random) - 1500 });
  }
}
