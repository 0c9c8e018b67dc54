/** Every store keeps the promises of the MessageBox. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';
import { messageBoxContract } from '../../runtime/testing/message-box-contract.ts';

messageBoxContract('memory', async () => {
  const box = openMemory();
  return { box, dispose: () => box.close() };
});

messageBoxContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-box-'));
  const path = join(folder, 'box.db');
  let box = openSqlite(path);
  return {
    box,
    reopen: async () => {
      await box.close();
      box = openSqlite(path);
      return box;
    },
    dispose: async () => {
      await box.close();
      rmSync(folder, { recursive: true });
    },
  };
});
