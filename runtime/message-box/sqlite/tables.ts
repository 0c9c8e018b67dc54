/** The tables of the SQLite store, over one connection. */
import type { DatabaseSync } from 'node:sqlite';
import type { Definition } from '../../contracts/message-box.ts';
import type { BoxTables } from '../box-tables.ts';
import type { Tables } from '../tables.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { createHistory } from './history.ts';
import { inspect } from './inspection.ts';
import { createInstances } from './instances.ts';
import { createKeys } from './keys.ts';
import { createMessages } from './messages.ts';
import { createOwners, type Owners } from './owners.ts';
import { createStopped } from './stopped.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createWatermarks } from './watermarks.ts';

export function createSqliteTables(database: DatabaseSync): BoxTables & Pick<Deliveries, 'releaseLeases'> & Owners {
  const beginning = database.prepare('BEGIN IMMEDIATE');
  const committing = database.prepare('COMMIT');
  const messages = createMessages(database);
  const instances = createInstances(database);
  const deliveries = createDeliveries(database);
  const subscriptions = createSubscriptions(database);
  const history = createHistory(database);
  const stopped = createStopped(database);
  const watermarks = createWatermarks(database);

  function rollback(): void {
    messages.rolledBack();
    instances.rolledBack();
    deliveries.rolledBack();
    stopped.rolledBack();
    if (database.isTransaction) database.exec('ROLLBACK');
  }

  return {
    begin: () => {
      if (database.isTransaction) rollback();
      beginning.run();
    },
    commit: () => {
      deliveries.writeDeliveries?.();
      committing.run();
      messages.committed();
      instances.committed();
    },
    rollback,
    close: () => database.close(),
    ...createDefinitions(database),
    ...createKeys(database),
    ...createOwners(database),
    ...stopped,
    ...watermarks,
    ...subscriptions,
    ...messages,
    ...deliveries,
    ...instances,
    addEvent: history.addEvent,
    removeMessage: (ref) => {
      deliveries.removeOf(ref);
      messages.removeMessage(ref);
    },
    removeInstance: (id) => {
      deliveries.removeRestOf(id);
      history.removeInstance(id);
      instances.remove(id);
    },
    inspection: (now) =>
      inspect({
        database,
        messages,
        subscriptions,
        stopped,
        watermarks,
        deliveries,
        history,
        finals: deliveries.finals,
        now,
      }),
  };
}

function createDefinitions(database: DatabaseSync): Pick<Tables, 'definition' | 'putDefinition'> {
  const select = database.prepare('SELECT hash, name, content FROM definitions WHERE hash = ?');
  const insert = database.prepare(
    'INSERT INTO definitions (hash, name, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return {
    definition: (hash) => {
      const found = select.get(hash) as unknown as Definition | undefined;
      return found && { ...found };
    },
    putDefinition: ({ hash, name, content }) => void insert.run(hash, name, content),
  };
}
