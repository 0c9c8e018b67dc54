/** Large bodies: streamed in and out, stored once however many messages share them, readable by many at once. */
import { createHash } from 'node:crypto';
import { bytesOf, type Message, type Part, partOf } from '../../contracts/message.ts';
import { type Check, messageOf, NOW, refused } from './bench.ts';

const PIECE = 100_000;

/** A part that is never in memory as a whole; `opened` tells how often it was asked for. */
function streamed(size: number): Part & { readonly opened: () => number } {
  let opened = 0;
  return {
    name: 'body',
    contentType: 'application/octet-stream',
    size,
    opened: () => opened,
    async *open() {
      opened += 1;
      for (let from = 0; from < size; from += PIECE) yield pieceAt(from, Math.min(PIECE, size - from));
    },
  };
}

function pieceAt(from: number, size: number): Uint8Array {
  return Buffer.alloc(size, `${from} `);
}

async function digestOf(part: Part): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of part.open()) hash.update(chunk);
  return hash.digest('hex');
}

const holding = (id: string, part: Part): Message => ({ ...messageOf(id), parts: [part] });

export function largePartContract(check: Check): void {
  check('a part that comes as a stream is stored byte for byte', async (box) => {
    for (const size of [0, 1, 5000, 262_143, 262_144, 262_145, 3_000_001]) {
      const part = streamed(size);
      await box.commit({ now: NOW, keep: [holding(`m${size}`, part)] });
      const [stored] = await box.read([`m${size}`]);
      expect(stored!.parts[0].size).toBe(size);
      expect(await digestOf(stored!.parts[0])).toBe(await digestOf(part));
    }
  });

  check('a large part at hand is stored byte for byte, beside others', async (box) => {
    const large = partOf(pieceAt(7, 1_000_000), 'text/plain', 'large');
    const message = { ...messageOf('m'), parts: [partOf(Buffer.from('é'), 'text/plain'), large] } as const;
    await box.commit({ now: NOW, keep: [message] });
    const [stored] = await box.read(['m']);
    expect(stored!.parts.map(({ name, size }) => [name, size])).toEqual([
      ['body', 2],
      ['large', 1_000_000],
    ]);
    expect(Buffer.from(await bytesOf(stored!.parts[1]!)).equals(Buffer.from(large.bytes!))).toBe(true);
  });

  check('a stored part may be opened again, and by many at once', async (box) => {
    const part = streamed(1_500_000);
    await box.commit({ now: NOW, keep: [holding('m', part)] });
    const [stored] = await box.read(['m']);
    const expected = await digestOf(part);
    const digests = await Promise.all(Array.from({ length: 8 }, () => digestOf(stored!.parts[0])));
    expect(new Set([...digests, await digestOf(stored!.parts[0])])).toEqual(new Set([expected]));
  });

  check('the messages of one unit that share a stream take it once, and outlive each other', async (box) => {
    const part = streamed(600_000);
    await box.commit({ now: NOW, keep: [holding('one', part), holding('two', part)] });
    expect(part.opened()).toBe(1);
    await box.commit({ now: NOW, keep: [messageOf('one', {}, 'something else')] });
    const [, two] = await box.read(['one', 'two']);
    expect(await digestOf(two!.parts[0])).toBe(await digestOf(part));
  });

  check('what was read may be stored again under another message', async (box) => {
    await box.commit({ now: NOW, keep: [holding('one', streamed(600_000))] });
    const [one] = await box.read(['one']);
    await box.commit({ now: NOW, keep: [{ ...one!, id: 'two' }] });
    const [two] = await box.read(['two']);
    expect(await digestOf(two!.parts[0])).toBe(await digestOf(one!.parts[0]));
  });

  check('a part that breaks while it is read refuses its unit, and it may come again', async (box) => {
    let broken = true;
    const part: Part = {
      ...streamed(900_000),
      async *open() {
        yield* streamed(broken ? 500_000 : 900_000).open();
        if (broken) throw new Error('the line broke');
      },
    };
    const unit = { now: NOW, keep: [messageOf('other'), holding('m', part)] };
    await expect(box.commit(unit)).rejects.toThrow('the line broke');
    expect(await box.read(['other', 'm'])).toEqual([undefined, undefined]);
    broken = false;
    await box.commit(unit);
    const [, stored] = await box.read(['other', 'm']);
    expect(await digestOf(stored!.parts[0])).toBe(await digestOf(part));
  });

  check('a unit that is refused leaves its large parts to the next try', async (box) => {
    const part = streamed(700_000);
    const unit = { now: NOW, keep: [holding('m', part)] };
    await expect(box.commit({ ...unit, settle: [{ lease: 'd1:1', as: 'done' }] })).rejects.toEqual(
      refused('LEASE_LOST'),
    );
    await box.commit(unit);
    const [stored] = await box.read(['m']);
    expect(await digestOf(stored!.parts[0])).toBe(await digestOf(part));
  });

  check('a duplicate with a large part is not stored, and spoils nothing', async (box) => {
    const keys = [{ scope: 's', key: 'k' }];
    const part = streamed(700_000);
    for (const id of ['first', 'second'])
      await box.commit({ now: NOW, publish: [{ message: holding(id, part), keys }] });
    const [first, second] = await box.read(['first', 'second']);
    expect(second).toBeUndefined();
    expect(await digestOf(first!.parts[0])).toBe(await digestOf(part));
  });
}
