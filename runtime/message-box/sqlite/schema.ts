/** The tables of the SQLite store, as steps from one version to the next. A step, once released, never changes. */

/** "GLDH": tells a MessageBox from any other SQLite file. */
export const APPLICATION_ID = 0x474c4448;

/** `open` rows are ready or leased; `exposed` rows are what claims see. Indexes are partial, so that what is done costs nothing. */
const FIRST = `
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, interchange TEXT NOT NULL, type TEXT, at INTEGER NOT NULL,
  response_to TEXT, context TEXT NOT NULL, parts TEXT NOT NULL
);
CREATE INDEX messages_responses ON messages (response_to) WHERE response_to IS NOT NULL;
CREATE TABLE parts (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE keys (
  scope TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (scope, key)
) WITHOUT ROWID;

CREATE TABLE deliveries (
  seq INTEGER PRIMARY KEY, message INTEGER, timer TEXT, signal TEXT,
  subscriber TEXT NOT NULL, subscription TEXT, instance TEXT,
  state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, token INTEGER NOT NULL DEFAULT 0,
  rank INTEGER NOT NULL, due INTEGER NOT NULL, since INTEGER NOT NULL,
  code TEXT, reason TEXT, resumable INTEGER NOT NULL, exposed INTEGER NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (subscriber, due) WHERE exposed = 1;
CREATE INDEX deliveries_of_message ON deliveries (message) WHERE message IS NOT NULL;
CREATE INDEX deliveries_exposed ON deliveries (instance) WHERE instance IS NOT NULL AND exposed = 1;
CREATE INDEX deliveries_open ON deliveries (instance, rank)
  WHERE instance IS NOT NULL AND state IN ('ready', 'leased');
CREATE INDEX deliveries_timers ON deliveries (instance, timer)
  WHERE timer IS NOT NULL AND state IN ('ready', 'leased');
CREATE INDEX deliveries_suspended ON deliveries (seq) WHERE state = 'suspended';

CREATE TABLE subscriptions (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, subscriber TEXT NOT NULL, instance TEXT, predicate TEXT NOT NULL
);
CREATE TABLE instances (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, program TEXT NOT NULL, status TEXT NOT NULL,
  started_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE definitions (hash TEXT PRIMARY KEY, name TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE history (
  seq INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL, message TEXT, instance TEXT, port TEXT,
  data TEXT NOT NULL
);
CREATE INDEX history_of_message ON history (message) WHERE message IS NOT NULL;
CREATE INDEX history_of_instance ON history (instance) WHERE instance IS NOT NULL;
`;

/**
 * Small bodies and a message's history lie with it, the history of a delivery lies with that, and what is handed out in
 * order is told by its lane.
 */
const SECOND = `
ALTER TABLE messages ADD COLUMN body BLOB;
ALTER TABLE messages ADD COLUMN events TEXT;
ALTER TABLE deliveries ADD COLUMN events TEXT;
ALTER TABLE deliveries ADD COLUMN lane TEXT;
UPDATE deliveries SET lane = instance WHERE instance IS NOT NULL;
DROP INDEX deliveries_exposed;
DROP INDEX deliveries_open;
CREATE INDEX deliveries_exposed ON deliveries (lane) WHERE lane IS NOT NULL AND exposed = 1;
CREATE INDEX deliveries_open ON deliveries (lane, rank) WHERE lane IS NOT NULL AND state IN ('ready', 'leased');
ALTER TABLE subscriptions ADD COLUMN ordering TEXT;
`;

/** Who owns what must run once, and which definition is current. */
const THIRD = `
CREATE TABLE owners (
  name TEXT PRIMARY KEY, host TEXT, fence INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE deployed (slot INTEGER PRIMARY KEY CHECK (slot = 1), hash TEXT NOT NULL);
`;

/** Step n leads from version n to version n + 1. */
export const STEPS: readonly string[] = [FIRST, SECOND, THIRD];
