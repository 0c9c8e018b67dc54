/** Publishes to the store given, 32 at a time, and names every message on standard output once its commit has resolved. */
import { writeSync } from 'node:fs';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { addressed, done, mailTo, NOW, take } from '../../../runtime/testing/message-box/bench.ts';

const [path, prefix] = process.argv.slice(2) as [string, string];
const box = openSqlite(path);
await box.commit({ now: NOW, subscribe: [addressed('a')] });
let count = 0;

async function publisher(): Promise<never> {
  for (;;) {
    const id = `${prefix}-${count++}`;
    await box.commit({ now: NOW, publish: [mailTo('a', id)] });
    writeSync(1, `accepted ${id}\n`);
  }
}

async function consumer(): Promise<never> {
  for (;;) {
    for (const delivery of await take(box, 'a', NOW, 5)) {
      await box.commit({ now: NOW, settle: [done(delivery)] });
      const { message } = delivery.work as { message: { id: string } };
      writeSync(1, `settled ${message.id}\n`);
    }
  }
}

await Promise.all([...Array.from({ length: 32 }, publisher), consumer()]);
