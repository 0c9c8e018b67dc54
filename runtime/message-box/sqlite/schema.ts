/**
 * The tables of the SQLite store, as steps from one version to the next and back. A step, once released, never changes. A
 * step back keeps all that the older version can hold.
 */
import type { DatabaseSync } from 'node:sqlite';
import { joinChunks } from './join-chunks.ts';

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

/**
 * Large parts lie in chunks, and every part counts the messages that refer to it: one that is staged ahead of its unit, or
 * that the last message has let go, is in the index of the unreferenced. Keys have an age. What an ended instance leaves is
 * found by it.
 */
const FOURTH = `
ALTER TABLE parts ADD COLUMN refs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parts ADD COLUMN chunks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parts ADD COLUMN staged_at INTEGER;
UPDATE parts SET refs = counted.refs FROM (
  SELECT json_extract(part.value, '$[3]') AS seq, count(*) AS refs FROM messages, json_each(messages.parts) AS part
  WHERE json_extract(part.value, '$[3]') IS NOT NULL GROUP BY 1
) AS counted WHERE counted.seq = parts.seq;
CREATE INDEX parts_unreferenced ON parts (seq) WHERE refs = 0;
CREATE TABLE chunks (part INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (part, number));
ALTER TABLE keys ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE keys SET at = coalesce((SELECT at FROM messages WHERE id = keys.message), 0);
CREATE INDEX keys_by_age ON keys (at);
CREATE INDEX deliveries_of_instance ON deliveries (instance) WHERE instance IS NOT NULL AND message IS NULL;
`;

/** What a suspended delivery does to those behind it in its ordered lane, and which subscribers an operator has stopped. */
const FIFTH = `
ALTER TABLE deliveries ADD COLUMN gap TEXT;
CREATE INDEX deliveries_gaps ON deliveries (lane) WHERE gap IS NOT NULL;
CREATE TABLE stopped (subscriber TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
`;

/** How far sources have been read. */
const SIXTH =
  'CREATE TABLE watermarks (name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;';

const SIXTH_BACK = 'DROP TABLE watermarks;';

const FIFTH_BACK = `
DROP TABLE stopped;
DROP INDEX deliveries_gaps;
ALTER TABLE deliveries DROP COLUMN gap;
`;

const FOURTH_BACK = `
DELETE FROM parts WHERE refs = 0;
DROP INDEX deliveries_of_instance;
DROP INDEX keys_by_age;
ALTER TABLE keys DROP COLUMN at;
DROP TABLE chunks;
DROP INDEX parts_unreferenced;
ALTER TABLE parts DROP COLUMN staged_at;
ALTER TABLE parts DROP COLUMN chunks;
ALTER TABLE parts DROP COLUMN refs;
`;

const THIRD_BACK = 'DROP TABLE deployed; DROP TABLE owners;';

/** Bodies go back to the parts, and histories to theirs. */
const SECOND_BACK = `
CREATE TEMP TABLE moved AS
  SELECT messages.seq, part.key AS place, part.value AS reference, coalesce(sum(json_extract(before.value, '$[2]')), 0) AS start
  FROM messages, json_each(messages.parts) AS part
  LEFT JOIN json_each(messages.parts) AS before ON before.key < part.key AND json_extract(before.value, '$[3]') IS NULL
  WHERE json_extract(part.value, '$[3]') IS NULL GROUP BY messages.seq, part.key;
CREATE TEMP TABLE numbered AS
  SELECT *, row_number() OVER (ORDER BY seq, place) + (SELECT coalesce(max(seq), 0) FROM parts) AS part FROM moved;
INSERT INTO parts (seq, bytes)
  SELECT part, coalesce(substr(messages.body, start + 1, json_extract(reference, '$[2]')), x'')
  FROM numbered JOIN messages ON messages.seq = numbered.seq;
UPDATE messages SET parts = (
  SELECT json_group_array(json(CASE WHEN numbered.part IS NULL THEN own.value
    ELSE json_insert(own.value, '$[#]', numbered.part) END) ORDER BY own.key)
  FROM json_each(messages.parts) AS own LEFT JOIN numbered ON numbered.seq = messages.seq AND numbered.place = own.key
);
DROP TABLE moved;
DROP TABLE numbered;
INSERT INTO history (name, at, message, instance, port, data)
  SELECT json_extract(event.value, '$.name'), json_extract(event.value, '$.at'), messages.id, NULL,
    json_extract(event.value, '$.port'), json_extract(event.value, '$.data')
  FROM messages, json_each(messages.events) AS event ORDER BY messages.seq, event.key;
INSERT INTO history (name, at, message, instance, port, data)
  SELECT json_extract(event.value, '$.name'), json_extract(event.value, '$.at'), messages.id, NULL,
    json_extract(event.value, '$.port'), json_extract(event.value, '$.data')
  FROM deliveries JOIN messages ON messages.seq = deliveries.message, json_each(deliveries.events) AS event
  ORDER BY deliveries.seq, event.key;
ALTER TABLE messages DROP COLUMN body;
ALTER TABLE messages DROP COLUMN events;
ALTER TABLE deliveries DROP COLUMN events;
DROP INDEX deliveries_exposed;
DROP INDEX deliveries_open;
ALTER TABLE deliveries DROP COLUMN lane;
CREATE INDEX deliveries_exposed ON deliveries (instance) WHERE instance IS NOT NULL AND exposed = 1;
CREATE INDEX deliveries_open ON deliveries (instance, rank)
  WHERE instance IS NOT NULL AND state IN ('ready', 'leased');
ALTER TABLE subscriptions DROP COLUMN ordering;
`;

export interface Step {
  up(database: DatabaseSync): void;
  /** Throws where the older version could not hold what there is. Absent: there is no way back. */
  down?(database: DatabaseSync): void;
}

const run = (text: string) => (database: DatabaseSync) => database.exec(text);

/** Step n leads from version n to version n + 1. */
export const STEPS: readonly Step[] = [
  { up: run(FIRST) },
  { up: run(SECOND), down: run(SECOND_BACK) },
  { up: run(THIRD), down: run(THIRD_BACK) },
  {
    up: run(FOURTH),
    down: (database) => {
      joinChunks(database);
      database.exec(FOURTH_BACK);
    },
  },
  { up: run(FIFTH), down: run(FIFTH_BACK) },
  { up: run(SIXTH), down: run(SIXTH_BACK) },
];
