/** What a message costs with ever more messages in the box: half of them settled, half waiting for a port that is stopped. */
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { type Curve, claimOne } from './curve.ts';
import { claimBy, done, mail, taking } from './mail.ts';

/** Messages a commit while the box is filled. */
const UNIT = 5000;
const [SETTLED, WAITING, MEASURED] = ['send:settled', 'send:stopped', 'send:out'] as const;

export const flatMessages: Curve = {
  item: 'flat-messages',
  sizes: [1000, 10_000, 100_000, 1_000_000, 5_000_000],
  async prepare(box) {
    const subscribe = [SETTLED, WAITING, MEASURED].map((to) => taking(to, { [BUS.sendPort]: to }));
    await box.commit({ now: Date.now(), subscribe });
  },
  grow,
  async cycle(box) {
    await box.commit({ now: Date.now(), publish: [mail({ [BUS.sendPort]: MEASURED })] });
    const taken = await claimOne(box, MEASURED);
    await box.commit({ now: Date.now(), settle: [done(taken)] });
  },
};

async function grow(box: MessageBox, from: number, to: number): Promise<void> {
  for (let size = from; size < to; size += UNIT) {
    const count = Math.min(UNIT, to - size);
    const publish = Array.from({ length: count }, (_, index) =>
      mail({ [BUS.sendPort]: index % 2 === 0 ? SETTLED : WAITING }),
    );
    await box.commit({ now: Date.now(), publish });
    const settle = (await box.claim(claimBy(SETTLED, count))).map(done);
    await box.commit({ now: Date.now(), settle });
  }
}
