/** Opens the store given and says what came of it. */
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';

try {
  await openSqlite(process.argv[2]!).close();
  process.stdout.write('opened\n');
} catch (thrown) {
  process.stdout.write(`${(thrown as { code: string }).code}\n`);
}
