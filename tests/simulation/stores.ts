/** The stores that a run can stand on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';

export interface OpenedStore {
  readonly box: MessageBox;
  close(): Promise<void>;
}

export type StoreName = 'memory' | 'sqlite';

export const stores: Readonly<Record<StoreName, () => OpenedStore>> = {
  memory: () => {
    const box = openMemory();
    return { box, close: () => box.close() };
  },
  sqlite: () => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-simulation-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    try {
      const box = openSqlite(join(folder, 'box.db'));
      return { box, close: () => box.close().finally(remove) };
    } catch (thrown) {
      remove();
      throw thrown;
    }
  },
};
