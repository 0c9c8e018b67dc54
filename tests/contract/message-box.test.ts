/** Every store keeps the promises of the MessageBox. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '../../runtime/clock/system.ts';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { migratePostgres, openPostgres } from '../../runtime/message-box/postgres.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';
import { messageBoxContract } from '../../runtime/testing/message-box-contract.ts';
import { type FreshDatabase, freshDatabase } from '../servers/postgres.ts';

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

describe('on a server', () => {
  const clock = createSystemClock();
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  messageBoxContract('postgres', async () => {
    const { url } = database;
    let box = await openPostgres(url, { clock });
    return {
      box,
      reopen: async () => {
        await box.close();
        box = await openPostgres(url, { clock });
        return box;
      },
      dispose: async () => {
        await box.close();
        await migratePostgres(url, 0);
      },
    };
  });
});
