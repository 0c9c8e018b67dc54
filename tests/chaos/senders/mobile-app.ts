/** The mobile app's back end: publishes with confirms, over a new connection when the old one broke, until it is confirmed. */
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { pause } from '../../town/system.ts';
import type { Planned } from '../plan-load.ts';
import type { Sent } from '../sent.ts';
import type { Sender } from './sender.ts';

export interface MobileApp extends Sender {
  publish(planned: Planned): boolean;
  end(): Promise<void>;
}

const AT_A_TIME = 64;
const LONGEST = 10_000;

export function openMobileApp(url: string, queue: string, sent: Sent): MobileApp {
  let link: Promise<{ connection: ChannelModel; channel: ConfirmChannel }> | undefined;
  let open = 0;
  let closing = false;

  async function openLink() {
    const connection = await connect(url);
    connection.on('error', () => {}); // The close that follows is what counts.
    connection.on('close', () => {
      link = undefined;
    });
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => {}).setMaxListeners(0);
    await channel.assertQueue(queue, { durable: true });
    return { connection, channel };
  }

  async function send({ report, receipt, again }: Planned): Promise<void> {
    const sending = sent.add(receipt);
    for (let left = again ? 2 : 1; left > 0; left -= 1) {
      while (!(await publishOnce(report.body, report.key))) await pause(300);
      sending.accepted = true;
    }
  }

  async function publishOnce(body: string, key: string): Promise<boolean> {
    try {
      link ??= openLink();
      const { channel } = await link;
      await confirmed(channel, queue, body, key);
      return true;
    } catch {
      const broken = link;
      link = undefined;
      await broken?.then(({ connection }) => connection.close()).catch(() => {}); // It may be gone already.
      return false;
    }
  }

  return {
    get open() {
      return open;
    },
    close: () => {
      closing = true;
    },
    publish: (planned) => {
      if (closing || open >= AT_A_TIME) return false;
      open += 1;
      void send(planned).finally(() => {
        open -= 1;
      });
      return true;
    },
    end: async () => {
      await link?.then(({ connection }) => connection.close()).catch(() => {});
    },
  };
}

function confirmed(channel: ConfirmChannel, queue: string, body: string, messageId: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(new Error('not confirmed in time')), LONGEST);
  const gone = () => reject(new Error('the channel was closed'));
  channel.once('close', gone);
  const options = { persistent: true, contentType: 'application/json', messageId };
  channel.sendToQueue(queue, Buffer.from(body), options, (refused) => (refused ? reject(refused) : resolve()));
  return promise.finally(() => {
    clearTimeout(late);
    channel.off('close', gone);
  });
}
