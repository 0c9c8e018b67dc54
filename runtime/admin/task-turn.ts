/**
 * Who holds a task is looked at and written in turn, whatever host is asked: whoever has the turn owns a name for a moment, and what
 * one who has lost it would still write the MessageBox refuses.
 */
import type { EventData } from '../contracts/events.ts';
import { ownedName } from '../contracts/ownership.ts';
import { busError } from '../errors/bus-error.ts';
import { TENURE } from '../host/ownership.ts';
import type { AdminContext } from './context.ts';

/** How often (ms) the turn is asked for, and for how long: twice what one who died may have left of it. */
const PAUSE = 50;
const PATIENCE = 2 * TENURE;

/** Writes an event of the task. Rejects with OWNERSHIP_LOST where the turn took too long. */
export type Note = (task: string, name: string, data: EventData) => Promise<void>;

/** Rejects with TASKS_BUSY, and with what `work` rejects with. */
export async function inTurn<T>(context: AdminContext, work: (note: Note) => Promise<T>): Promise<T> {
  const { box, clock, hostName, newId } = context;
  const holder = `${hostName} ${newId()}`;
  const names = [ownedName.tasks];
  for (let waited = 0; waited <= PATIENCE; waited += PAUSE) {
    const now = clock.now();
    const owned = await box.own({ host: holder, names, now, until: now + TENURE });
    if (owned.length > 0) {
      const note: Note = async (message, name, data) => {
        const at = clock.now();
        await box.commit({ now: at, owned, track: [{ name, at, message, data }] });
      };
      return await work(note).finally(() => box.disown(holder, names, clock.now()));
    }
    await clock.sleep(PAUSE);
  }
  throw busError('TASKS_BUSY');
}
