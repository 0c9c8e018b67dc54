/** A MessageBox by what stands under `store:` in a solution; the place of a benchmark gives addresses. */
import { createSystemClock } from '../../runtime/clock/system.ts';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { openMemory } from '../../runtime/message-box/memory.ts';
import { openPostgres } from '../../runtime/message-box/postgres.ts';
import { openSqlite } from '../../runtime/message-box/sqlite.ts';

export async function openBox(address: string): Promise<MessageBox> {
  if (address === 'memory') return openMemory();
  if (address.startsWith('sqlite:')) return openSqlite(address.slice('sqlite:'.length), { now: Date.now });
  return openPostgres(address, { clock: createSystemClock() });
}
