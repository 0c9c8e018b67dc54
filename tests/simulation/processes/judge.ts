/**
 * The orchestrations' own rules: a message that may start an instance or come to one ends in exactly one place, what an instance
 * tells bears the version that it began under, and what was done is undone once, in turn, exactly where it was cancelled.
 */
import type { InstanceRecord } from '../../../runtime/contracts/inspection.ts';
import type { Message } from '../../../runtime/contracts/message.ts';
import { BUS, TASK } from '../../../runtime/contracts/properties.ts';
import { tagOf, textOf } from '../describe.ts';
import type { Books } from '../judge.ts';
import { hasEnded } from '../ledger.ts';
import { MOST_SLIPS, versionOf } from './solution.ts';

export function judgeProcesses(books: Books): void {
  judgePlaces(books);
  judgeTasks(books);
  judgeWaiting(books);
  judgeClosed(books);
  judgeLate(books);
  for (const record of books.stock.instances) {
    const own = [...books.world.ledger.published.values()].filter(({ id }) => id.startsWith(`${record.instance.id}/`));
    judgeVersion(record, own, books);
    if (record.instance.program === 'gather' || record.instance.program === 'pair') judgeConvoy(record, own, books);
    if (record.instance.program === 'case') {
      judgeCase(record, own, books);
      judgeNews(record, books);
    }
  }
}

const CONVOYS = ['slips', 'orders', 'payments'];
const to = (port: string, own: readonly Message[]) =>
  own.filter(({ context }) => context.get(BUS.sendPort)?.value === port);
const noteIn = (message: Message) => JSON.parse(textOf(message)) as { key: string; text: string };

/** Each slip is in one bundle, or with one instance that has not bundled it, or put away where operators see it. */
function judgePlaces({ stock, world: { ledger } }: Books): void {
  const told = [...ledger.published.values()]
    .filter(({ context }) => context.get(BUS.sendPort)?.value === 'ledger')
    .flatMap((message) => noteIn(message).text.split(' ').slice(1));
  const received = ledger.history.filter(({ name, port }) => name === 'message-received' && CONVOYS.includes(port!));
  const tags = new Set(received.flatMap(({ message }) => stock.messages.get(message!) ?? []).map(tagOf));
  for (const tag of tags) {
    const bundled = told.filter((each) => each === tag).length;
    const away = stock.deliveries.filter(({ state, subscriber, message }) => {
      const isAway = state === 'suspended' || state === 'terminated' || state === 'waiting' || state === 'ready';
      if (!isAway || message === undefined || subscriber.startsWith('send:')) return false;
      return tagOf(stock.messages.get(message)!) === tag;
    });
    const holders = stock.instances.filter((record) => holds(record, tag, stock.messages));
    const places = bundled + away.length + holders.length;
    const where = `${bundled} times bundled, ${away.length} times put away, with ${holders.length} instances`;
    if (places !== 1) ledger.breach(places === 0 ? 'lost' : 'repeated', `${tag} is ${where}`);
  }
}

function holds({ instance }: InstanceRecord, tag: string, messages: Books['stock']['messages']): boolean {
  if (instance.status === 'completed' || !['gather', 'pair'].includes(instance.program)) return false;
  const held = instance.messages.some((id) => messages.has(id) && tagOf(messages.get(id)!) === tag);
  return held || new RegExp(`\\b${tag}\\b`).test(JSON.stringify(instance.state));
}

/** G8: whatever is deployed meanwhile. */
function judgeVersion({ instance }: InstanceRecord, own: readonly Message[], { world }: Books): void {
  const version = versionOf(instance.version);
  const replies = own.filter(({ context }) => context.has(BUS.responseTo) && instance.program === 'case');
  for (const note of [...to('ledger', own), ...replies]) {
    const { text } = noteIn(note);
    if (!text.startsWith(`${version} `)) {
      world.ledger.breach('changed', `instance ${instance.id} began under ${version} and told "${text}"`);
    }
  }
}

function judgeConvoy({ instance }: InstanceRecord, own: readonly Message[], { stock, world: { ledger } }: Books): void {
  const bundles = to('ledger', own);
  const told = bundles.map((bundle) => noteIn(bundle).text.split(' ').slice(1));
  const what = `instance ${instance.id} of ${instance.program}`;
  if (bundles.length > 1) ledger.breach('repeated', `${what} told ${bundles.length} bundles`);
  if (instance.status === 'completed' && bundles.length === 0) ledger.breach('lost', `${what} told no bundle`);
  const most = instance.program === 'pair' ? 2 : MOST_SLIPS;
  if ((told[0]?.length ?? 0) > most) ledger.breach('repeated', `${what} bundled ${told[0]!.join(' ')}`);
  const keys = new Map(
    [...stock.messages.values()].map((message) => [tagOf(message), JSON.parse(textOf(message)).key]),
  );
  const strange = told.flat().find((tag) => keys.get(tag) !== noteIn(bundles[0]!).key);
  if (strange) ledger.breach('misrouted', `${what} bundled ${strange} of another key`);
}

function judgeCase({ instance, history }: InstanceRecord, own: readonly Message[], books: Books): void {
  const { ledger } = books.world;
  const undone = to('undo', own).map((message) => noteIn(message).text);
  const replies = own.filter(({ context }) => context.has(BUS.responseTo));
  const starts = (program: string) => own.filter(({ context }) => context.get(BUS.starts)?.value === program).length;
  const tasks = [...books.stock.messages.values()].filter(
    ({ context }) => context.get(TASK.instance)?.value === instance.id,
  );
  const resumed = ledger.resumed.get(instance.id) ?? 0;
  const counts: readonly [string, number, number][] = [
    ['tells its end', to('ledger', own).length, 1],
    ['answers', replies.length, 1],
    ['books', to('depot', own).length, 1 + resumed],
    ['has assessed', starts('assess'), 1 + resumed],
    ['starts to watch', starts('watch'), 1],
    ['undoes', undone.length, new Set(undone).size],
    ['asks people', tasks.length, 1],
  ];
  const done = instance.status === 'completed';
  for (const [what, count, most] of counts) {
    if (count > most) ledger.breach('repeated', `case ${instance.id} ${what} ${count} times`);
    const must = what !== 'undoes';
    if (done && must && count === 0) ledger.breach('lost', `case ${instance.id} has completed and never ${what}`);
  }
  if (!done) return;
  const how = noteIn(to('ledger', own)[0]!).text;
  const wanted = how.includes('cancelled') ? ['filing', ...(how.includes('full') ? [] : ['booking'])] : [];
  if (undone.join(' ') !== wanted.join(' ')) {
    const rule = undone.length > wanted.length ? 'repeated' : 'lost';
    ledger.breach(rule, `case ${instance.id} told "${how}" and undid ${undone.join(', ') || 'nothing'}`);
  }
  const activation = books.stock.messages.get(history.find(({ name }) => name === 'instance-started')?.message ?? '');
  const full = activation !== undefined && textOf(activation).includes('"full"');
  if (full !== how.includes('full')) ledger.breach('changed', `case ${instance.id} told "${how}"`);
}

/** A case takes one piece of news; all others that reached it are given back. */
function judgeNews({ instance }: InstanceRecord, { stock, world: { ledger } }: Books): void {
  if (instance.status !== 'completed') return;
  const come = stock.deliveries.filter(
    ({ instance: to, subscription, state }) =>
      to === instance.id && state === 'done' && subscription?.startsWith('await ') === true,
  );
  const copies = (id: string) => {
    const tag = tagOf(stock.messages.get(id)!);
    return [...ledger.published.keys(), ...stock.deliveries.map(({ message }) => message)].some(
      (other) => other !== undefined && other !== id && tagOf(stock.messages.get(other)!) === tag,
    );
  };
  const kept = come.filter(({ message }) => !copies(message!));
  if (kept.length > 1) {
    ledger.breach('lost', `case ${instance.id} kept ${kept.length} pieces of news and took one`);
  }
}

/** What was published after a convoy had closed is not of it. */
function judgeClosed({ stock, world: { ledger } }: Books): void {
  for (const { instance, message, subscription } of stock.deliveries) {
    if (instance === undefined || message === undefined || !subscription?.startsWith('convoy ')) continue;
    const closed = ledger.closedIn.get(instance);
    const published = ledger.publishedIn.get(message);
    if (closed !== undefined && published !== undefined && published > closed) {
      ledger.breach('misrouted', `${message} went to instance ${instance}, whose convoy had closed before`);
    }
  }
}

/** What came late to a convoy can be resumed, but under `fail`. */
function judgeLate({ plan, stock, world: { ledger } }: Books): void {
  for (const { id, code, state, resumable, message } of stock.deliveries) {
    if (code !== 'INSTANCE_ENDED' || state !== 'suspended') continue;
    const port = String(stock.messages.get(message!)?.context.get(BUS.receivePort)?.value);
    const wanted = !CONVOYS.includes(port) || plan.late !== 'fail';
    if (resumable !== wanted) ledger.breach('changed', `${id} came late under ${plan.late}, resumable: ${resumable}`);
  }
}

/** Nobody is asked to do what no instance waits for. */
function judgeTasks({ stock, world: { ledger } }: Books): void {
  const statuses = new Map(stock.instances.map(({ instance }) => [instance.id, instance.status]));
  for (const { id, code, state, message } of stock.deliveries) {
    if (code !== 'TASK_OPEN' || state !== 'suspended') continue;
    const instance = String(stock.messages.get(message!)?.context.get(TASK.instance)?.value);
    const status = statuses.get(instance);
    if (status !== 'waiting' && status !== 'suspended') {
      ledger.breach('zombie', `task ${id} is open, and its instance ${instance} is ${status}`);
    }
  }
}

/** A pair that waits lacks a half. */
function judgeWaiting({ stock, world: { ledger } }: Books): void {
  for (const { instance } of stock.instances.filter(
    (record) => mayWait(record) && record.instance.status === 'waiting',
  )) {
    const kinds = new Set(instance.messages.flatMap((id) => kindOf(stock.messages.get(id)) ?? []));
    if (kinds.size > 1) ledger.breach('stuck', `instance ${instance.id} of pair waits and has both halves`);
  }
}

const kindOf = (message: Message | undefined) => message && (JSON.parse(textOf(message)) as { kind?: string }).kind;

/** A pair may wait for ever for a half that never came, or that somebody put away. */
export function mayWait({ instance }: InstanceRecord): boolean {
  return instance.program === 'pair' && !hasEnded(instance);
}
