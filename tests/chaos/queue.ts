/** What lies in the queue of the mobile app, asked of the broker itself. */
import { connect } from 'amqplib';
import type { Stage } from './stage.ts';

/** Without what a host has been given and has not yet acknowledged. */
export async function leftInQueue({ broker }: Pick<Stage, 'broker'>): Promise<number> {
  const connection = await connect(broker.server.url);
  try {
    const channel = await connection.createChannel();
    return (await channel.checkQueue(broker.queue)).messageCount;
  } finally {
    await connection.close();
  }
}
