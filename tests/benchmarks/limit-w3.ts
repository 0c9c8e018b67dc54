/**
 * The hand-written limit of W3: amqplib consumes, a function maps, the result is published with a confirm, then the source is
 * acknowledged. Nothing is kept in between.
 * Usage: node limit-w3.ts <url> <source queue> <target queue>; prints {"ready":true}.
 */
import { connect } from 'amqplib';

const [url, source, target] = process.argv.slice(2) as [string, string, string];
const model = await connect(url);
const taking = await model.createChannel();
const sending = await model.createConfirmChannel();
await taking.prefetch(256);

interface Parcel {
  readonly id: string;
  readonly sent: number;
  readonly text: string;
}

await taking.consume(source, (message) => {
  if (!message) return;
  const { id, sent, text } = JSON.parse(message.content.toString()) as Parcel;
  const label = { id, title: `Parcel ${text.slice(0, 20).toUpperCase()}`, sent, length: text.length };
  const options = {
    persistent: true,
    contentType: 'application/json',
    messageId: message.properties.messageId as string,
  };
  sending.sendToQueue(target, Buffer.from(JSON.stringify(label)), options, (error: unknown) => {
    if (error) throw error;
    taking.ack(message);
  });
});
process.stdout.write('{"ready":true}\n');
