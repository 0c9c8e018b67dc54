/** A sealed MessageBox keeps the promises of any other, whatever store lies beneath. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { sealKeysOf } from '../../runtime/message-box/sealed/keys.ts';
import { sealed } from '../../runtime/message-box/sealed.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';
import { messageBoxContract } from '../../runtime/testing/message-box-contract.ts';

const keys = sealKeysOf('key', [], () => randomBytes(32).toString('base64'));

messageBoxContract('memory, sealed', async () => {
  const box = sealed(openMemory(), keys);
  return { box, dispose: () => box.close() };
});

messageBoxContract('sqlite, sealed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-sealed-'));
  const open = () => sealed(openSqlite(join(folder, 'box.db')), keys);
  let box = open();
  return {
    box,
    reopen: async () => {
      await box.close();
      box = open();
      return box;
    },
    dispose: async () => {
      await box.close();
      rmSync(folder, { recursive: true });
    },
  };
});
