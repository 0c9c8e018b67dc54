/** The mobile app's back end: publishes reports to a RabbitMQ queue with confirms or, where there is no broker, as files. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { runSystem, type System } from './system.ts';

interface Options {
  readonly broker?: { readonly url: string; readonly queue: string };
  /** Where reports are dropped without a broker. */
  readonly folder?: string;
}

interface Outgoing {
  readonly key: string;
  readonly body: string;
}

type Publish = (outgoing: Outgoing) => Promise<void>;

async function open(options: Options): Promise<System> {
  const { publish, close } = options.broker ? await toBroker(options.broker) : toFolder(options.folder ?? '.');
  const confirmed: string[] = [];
  return {
    account: () => ({ confirmed }),
    control: async ({ reports }) => {
      for (const outgoing of reports as Outgoing[]) {
        await publish(outgoing);
        confirmed.push(outgoing.key);
      }
    },
    stop: close,
  };
}

async function toBroker({ url, queue }: NonNullable<Options['broker']>) {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, { durable: true });
  const publish: Publish = ({ key, body }) =>
    new Promise((resolve, reject) => {
      const options = { persistent: true, contentType: 'application/json', messageId: key };
      channel.sendToQueue(queue, Buffer.from(body), options, (refused) => (refused ? reject(refused) : resolve()));
    });
  return { publish, close: () => connection.close() };
}

function toFolder(folder: string) {
  mkdirSync(folder, { recursive: true });
  const publish: Publish = async ({ key, body }) => {
    const half = join(folder, `.${key}.part`);
    writeFileSync(half, body);
    renameSync(half, join(folder, `${key}.json`));
  };
  return { publish, close: () => {} };
}

await runSystem(open);
