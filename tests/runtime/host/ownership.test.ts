/** What a host owns: when duties begin and end, whatever the MessageBox answers, and whenever. */
import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import type { Owned } from '../../../runtime/contracts/ownership.ts';
import { BEAT, createOwnership, type Duty, type Ownership, TENURE } from '../../../runtime/host/ownership.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';

let box: MessageBox;
let clock: SimulatedClock;
let log: string[];
let ownership: Ownership;
/** What the box does with the next requests, before it answers. */
let hold: (() => Promise<void>)[];

beforeEach(async () => {
  const memory = openMemory();
  box = {
    ...memory,
    own: async (request) => {
      const given = await memory.own(request);
      await hold.shift()?.();
      return given;
    },
  };
  clock = createSimulatedClock(1_000_000);
  log = [];
  hold = [];
  ownership = createOwnership({ box, clock, holder: 'me', emit: ({ name }) => void log.push(name) });
  await ownership.start();
});
afterEach(() => ownership.stop());

const duty = (name: string, ending: () => Promise<void> = async () => {}): Duty => ({
  begin: ({ fence }: Owned) => void log.push(`${name} begins ${fence}`),
  end: async () => {
    log.push(`${name} ending`);
    await ending();
    log.push(`${name} ended`);
  },
});

const rival = (name: string, now = clock.now()) => box.own({ host: 'rival', names: [name], now, until: now + TENURE });
const duties = () => log.filter((line) => !line.startsWith('ownership-'));

test('a duty begins when the name is taken, once, and ends when it is withdrawn: then anybody may have it', async () => {
  const one = duty('one');
  ownership.assign('x', one);
  await ownership.beat();
  await clock.advance(20 * BEAT);
  expect(log).toEqual(['ownership-taken', 'one begins 1']);
  await ownership.withdraw('x', one);
  expect(duties()).toEqual(['one begins 1', 'one ending', 'one ended']);
  expect(await rival('x')).toEqual([{ name: 'x', fence: 2 }]);
});

test('of two duties of a name the earlier has ended before the later begins', async () => {
  const slow = Promise.withResolvers<void>();
  const one = duty('one', () => slow.promise);
  ownership.assign('x', one);
  await ownership.beat();
  ownership.assign('x', duty('two'));
  await clock.advance(100);
  expect(duties()).toEqual(['one begins 1', 'one ending']);
  slow.resolve();
  await clock.advance(100);
  expect(duties()).toEqual(['one begins 1', 'one ending', 'one ended', 'two begins 1']);
  await ownership.withdraw('x', one);
  expect(ownership.owned('x')).toEqual({ name: 'x', fence: 1 });
});

test('what another holds is waited for, and taken when its time is over', async () => {
  await rival('x');
  ownership.assign('x', duty('one'));
  await clock.advance(TENURE - 1);
  expect(log).toEqual([]);
  await clock.advance(BEAT);
  expect(duties()).toEqual(['one begins 2']);
});

test('a duty ends before its time is over when no answer comes, and begins anew when one comes', async () => {
  ownership.assign('x', duty('one'));
  await ownership.beat();
  const taken = clock.now();
  const silence = Promise.withResolvers<void>();
  hold.push(() => silence.promise);
  await clock.advance(TENURE - 1001);
  expect(duties()).toEqual(['one begins 1']);
  await clock.advance(1);
  expect(duties()).toEqual(['one begins 1', 'one ending', 'one ended']);
  expect(clock.now()).toBeLessThan(taken + TENURE);
  silence.resolve();
  await clock.advance(BEAT + 100);
  expect(duties().at(-1)).toBe('one begins 1');
});

test('an answer that was too long on its way says nothing', async () => {
  const late = Promise.withResolvers<void>();
  hold.push(() => late.promise);
  ownership.assign('x', duty('one'));
  void ownership.beat();
  await clock.advance(TENURE);
  expect(await rival('x')).toEqual([{ name: 'x', fence: 2 }]);
  late.resolve();
  await clock.advance(TENURE - 1);
  expect(log).toEqual([]);
});

test('a refused commit ends the duty at once; a refusal of an earlier fence does not', async () => {
  ownership.assign('x', duty('one'));
  await ownership.beat();
  await rival('x', clock.now() + TENURE);
  ownership.refused({ name: 'x', fence: 7 });
  ownership.refused({ name: 'y', fence: 1 });
  expect(ownership.owned('x')).toBeDefined();
  ownership.refused({ name: 'x', fence: 1 });
  await clock.advance(10);
  expect(log).toEqual(['ownership-taken', 'one begins 1', 'ownership-lost', 'one ending', 'one ended']);
});

test('what is withdrawn while it is being asked for is given back', async () => {
  const slow = Promise.withResolvers<void>();
  hold.push(() => slow.promise);
  const one = duty('one');
  ownership.assign('x', one);
  const asking = ownership.beat();
  await clock.advance(10);
  await ownership.withdraw('x', one);
  slow.resolve();
  await asking;
  expect(log).toEqual([]);
  expect(await rival('x')).toEqual([{ name: 'x', fence: 2 }]);
});

test('a name that is given up elsewhere is asked for at once', async () => {
  await rival('x');
  ownership.assign('x', duty('one'));
  await ownership.beat();
  const before = clock.now();
  await box.disown('rival', ['x'], before);
  await clock.advance(0);
  expect([duties(), clock.now()]).toEqual([['one begins 2'], before]);
});

test('stop ends every duty and gives every name up, and leaves no timer', async () => {
  for (const name of ['x', 'y']) ownership.assign(name, duty(name));
  await ownership.beat();
  await ownership.stop();
  expect(duties().filter((line) => line.endsWith('ended'))).toHaveLength(2);
  expect([...(await rival('x')), ...(await rival('y'))]).toHaveLength(2);
  expect(clock.next()).toBeUndefined();
});
