/** Commits to the store given until that is refused; says how many were accepted, and the code of the refusal. */
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { messageOf, NOW } from '../../../runtime/testing/message-box/bench.ts';

const box = openSqlite(process.argv[2]!);
for (let accepted = 0; ; accepted += 1) {
  try {
    await box.commit({ now: NOW, keep: [messageOf(`m${accepted}`, {}, Buffer.alloc(100_000, 'x'))] });
  } catch (thrown) {
    process.stdout.write(`${accepted}\n${(thrown as { code: string }).code}\n`);
    process.exit();
  }
}
