/** A little of `npm run fuzz`: bad input is taken or refused in words, and never crashes what reads it. */
import { busError } from '../../runtime/errors/bus-error.ts';
import { type Fault, inputOf, tryOne } from './fuzz.ts';
import { targets } from './targets.ts';

const all = targets();
const TRIES = 60;

test('there is a target for every format, and for the files of a solution', () => {
  const names = all.map(({ name }) => name).join('\n');
  for (const word of ['json ', 'xml ', 'csv ', 'flat ', 'gunzip', 'unzip', 'solution *.map.yaml', 'xsd schemas'])
    expect(names).toContain(word);
});

test.each(all.map((target) => [target.name, target] as const))('%s', async (name, target) => {
  const faults: Fault[] = [];
  const tries = name.startsWith('solution') ? 4 : TRIES;
  for (let seed = 1; seed <= tries; seed += 1)
    faults.push(...[await tryOne(target, seed)].flatMap((fault) => fault ?? []));
  expect(faults.map(({ seed, reason }) => `seed ${seed}: ${reason}`)).toEqual([]);
});

test('good input passes each target that reads messages', async () => {
  for (const { name, seeds, run } of all)
    if (!/^(solution|xsd schemas)/.test(name)) for (const seed of seeds) await run(seed);
});

test('what is no BusError is a fault, and comes again with its seed', async () => {
  const target = {
    name: 't',
    seeds: [Buffer.from('abc')],
    run: () => {
      throw new TypeError('crash');
    },
  };
  expect(await tryOne(target, 3)).toMatchObject({
    target: 't',
    seed: 3,
    bytes: inputOf(target, 3),
    reason: expect.stringContaining('crash'),
  });
  expect(
    await tryOne(
      {
        ...target,
        run: () => {
          throw busError('HOST_STOPPING');
        },
      },
      3,
    ),
  ).toBeUndefined();
});
