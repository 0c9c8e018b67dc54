/**
 * The tables of the PostgreSQL store, as steps from one version to the next and back. A step, once released, never
 * changes. Everything lies in a schema of its own, so that the database may be shared with others.
 */

export const SCHEMA = 'guildhall';

export interface Step {
  readonly up: string;
  /** Leads back; keeps whatever the older version knows. */
  readonly down: string;
}

/**
 * `deliveries` holds open and suspended ones only, so that it stays as small as what is under way; one that ends moves to
 * `ended`, which is only ever added to and so never needs to be vacuumed for space. `seqs` is handed out in blocks of 100.
 */
const FIRST: Step = {
  up: `
CREATE SEQUENCE seqs INCREMENT BY 100 START WITH 100001 MINVALUE 1;
CREATE FUNCTION expect(seen bigint, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF seen <> wanted THEN RAISE EXCEPTION 'saw % rows instead of %', seen, wanted USING ERRCODE = 'GH001'; END IF;
END $$;

CREATE TABLE messages (
  seq bigint PRIMARY KEY, id text NOT NULL UNIQUE, interchange text NOT NULL, type text, at bigint NOT NULL,
  response_to text, context text NOT NULL, parts text NOT NULL, body bytea, events text, version int NOT NULL DEFAULT 1
);
ALTER TABLE messages ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX messages_responses ON messages (response_to) WHERE response_to IS NOT NULL;
CREATE TABLE parts (
  seq bigint PRIMARY KEY, bytes bytea NOT NULL, chunks int NOT NULL DEFAULT 0, refs int NOT NULL DEFAULT 0, staged_at bigint
);
ALTER TABLE parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX parts_unreferenced ON parts (seq) WHERE refs = 0;
CREATE TABLE chunks (part bigint, number int, bytes bytea NOT NULL, PRIMARY KEY (part, number));
ALTER TABLE chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE keys (scope text, key text, message text NOT NULL, at bigint NOT NULL, PRIMARY KEY (scope, key));
CREATE INDEX keys_by_age ON keys (at);

CREATE TABLE deliveries (
  seq bigint PRIMARY KEY, message bigint, timer text, signal text, subscriber text NOT NULL, subscription text,
  instance text, lane text, state text NOT NULL, attempt int NOT NULL, token bigint NOT NULL, rank bigint NOT NULL,
  due bigint NOT NULL, since bigint NOT NULL, code text, reason text, resumable boolean NOT NULL,
  exposed boolean NOT NULL, gap text, events text
);
CREATE INDEX deliveries_due ON deliveries (subscriber, due, seq) WHERE exposed;
CREATE INDEX deliveries_of_message ON deliveries (message) WHERE message IS NOT NULL;
CREATE INDEX deliveries_of_lane ON deliveries (lane, rank, seq) WHERE lane IS NOT NULL;
CREATE INDEX deliveries_gaps ON deliveries (lane, seq) WHERE gap IS NOT NULL;
CREATE TABLE ended (
  seq bigint PRIMARY KEY, message bigint, timer text, signal text, subscriber text NOT NULL, subscription text,
  instance text, lane text, state text NOT NULL, attempt int NOT NULL, token bigint NOT NULL, rank bigint NOT NULL,
  due bigint NOT NULL, since bigint NOT NULL, code text, reason text, resumable boolean NOT NULL,
  exposed boolean NOT NULL, gap text, events text
);
CREATE INDEX ended_of_message ON ended (message) WHERE message IS NOT NULL;
CREATE INDEX ended_of_instance ON ended (instance) WHERE instance IS NOT NULL AND message IS NULL;
CREATE VIEW all_deliveries AS SELECT * FROM deliveries UNION ALL SELECT * FROM ended;

CREATE TABLE subscriptions (
  seq bigint PRIMARY KEY, id text NOT NULL UNIQUE, subscriber text NOT NULL, instance text, predicate text NOT NULL,
  ordering text
);
CREATE INDEX subscriptions_standing ON subscriptions (seq) WHERE instance IS NULL;
CREATE INDEX subscriptions_of_instance ON subscriptions (instance) WHERE instance IS NOT NULL;
CREATE TABLE subscription_keys (key text, subscription bigint, PRIMARY KEY (key, subscription));
CREATE INDEX subscription_keys_back ON subscription_keys (subscription);
CREATE TABLE key_names (name text PRIMARY KEY);
CREATE TABLE routing (version bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO routing VALUES (1);

CREATE TABLE instances (
  seq bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, program text NOT NULL, status text NOT NULL,
  started_at bigint NOT NULL, changed_at bigint NOT NULL, body text NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX instances_seq ON instances (seq);
CREATE TABLE definitions (hash text PRIMARY KEY, name text NOT NULL, content text NOT NULL);
CREATE TABLE stopped (subscriber text PRIMARY KEY, since bigint NOT NULL);
CREATE TABLE deployed (slot int PRIMARY KEY CHECK (slot = 1), hash text NOT NULL);

CREATE TABLE history (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, at bigint NOT NULL, message text,
  instance text, port text, data text NOT NULL
);
CREATE INDEX history_of_message ON history (message) WHERE message IS NOT NULL;
CREATE INDEX history_of_instance ON history (instance) WHERE instance IS NOT NULL;

CREATE TABLE owners (
  name text PRIMARY KEY, host text, fence bigint NOT NULL, since bigint NOT NULL, until bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE boxes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, epoch bigint NOT NULL, batch bigint NOT NULL
) WITH (fillfactor = 10);
`,
  down: `
DROP TABLE boxes, owners, history, deployed, stopped, definitions, instances, routing, key_names, subscription_keys,
  subscriptions, ended, deliveries, keys, chunks, parts, messages CASCADE;
DROP FUNCTION expect;
DROP SEQUENCE seqs;
`,
};

/** Tables whose rows come and go are vacuumed by how much has gone, not by how much there once was. */
const OFTEN =
  'autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0';
const HOT = ['deliveries', 'instances', 'subscriptions', 'subscription_keys'];

const SECOND: Step = {
  up: HOT.map((table) => `ALTER TABLE ${table} SET (${OFTEN});`).join('\n'),
  down: HOT.map(
    (table) =>
      `ALTER TABLE ${table} RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay);`,
  ).join('\n'),
};

/** How far sources have been read. */
const THIRD: Step = {
  up: 'CREATE TABLE watermarks (name text PRIMARY KEY, value text NOT NULL, at bigint NOT NULL) WITH (fillfactor = 50);',
  down: 'DROP TABLE watermarks;',
};

/** Step n leads from version n to version n + 1. */
export const STEPS: readonly Step[] = [FIRST, SECOND, THIRD];
