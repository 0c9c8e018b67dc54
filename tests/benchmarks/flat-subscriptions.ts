/** What a message costs with ever more subscriptions, each to one message type and one district, as filters are. */
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { type Curve, claimOne } from './curve.ts';
import { done, mail, taking } from './mail.ts';

const UNIT = 1000;
/** The districts that the measured messages are for: all of them are there from the smallest size on. */
const MEASURED = 10;
const subscriberOf = (district: number) => `send:district-${district}`;

export const flatSubscriptions: Curve = {
  item: 'flat-subscriptions',
  sizes: [MEASURED, 100, 1000, 10_000],
  grow,
  async cycle(box, worker) {
    const district = worker % MEASURED;
    await box.commit({ now: Date.now(), publish: [mail({ 'parcel.district': district })] });
    const taken = await claimOne(box, subscriberOf(district));
    await box.commit({ now: Date.now(), settle: [done(taken)] });
  },
};

async function grow(box: MessageBox, from: number, to: number): Promise<void> {
  for (let size = from; size < to; size += UNIT) {
    const subscribe = Array.from({ length: Math.min(UNIT, to - size) }, (_, index) => {
      const district = size + index;
      return taking(subscriberOf(district), { [BUS.messageType]: 'parcel', 'parcel.district': district });
    });
    await box.commit({ now: Date.now(), subscribe });
  }
}
