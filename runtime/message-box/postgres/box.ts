/** The parts of the PostgreSQL store put together: who writes, who claims, who hears, who asks. */
import type { ClientConfig } from 'pg';
import type { Clock, Instant } from '../../contracts/clock.ts';
import type { MessageBox, Taker, Unit } from '../../contracts/message-box.ts';
import { busError } from '../../errors/bus-error.ts';
import { applyUnit, checkUnit } from '../apply-unit.ts';
import { guardedInspection } from '../guarded-inspection.ts';
import { createLoader } from '../load-parts.ts';
import { disown, own, toOwner } from '../own.ts';
import type { Done, Work } from './batch.ts';
import { createClaims } from './claims.ts';
import { createCommits } from './commits.ts';
import { bytesOf, type GatherSources, gather, isFast } from './gather.ts';
import { createHints } from './hints.ts';
import { inspect } from './inspection.ts';
import { createLeases } from './leases.ts';
import { createLink, type Run } from './link.ts';
import { createMessages } from './messages.ts';
import { createMirror } from './mirror.ts';
import { createStoredParts } from './parts.ts';
import { type Statement, step } from './pipeline.ts';
import { createRetiring } from './purge.ts';
import { createReader } from './reader.ts';
import { releaseStep } from './release.ts';
import { remember } from './remember.ts';
import { definitionOf, messageColumns, messageRow, ownerRow } from './rows.ts';
import { createSeqs } from './seqs.ts';
import { createSession } from './session.ts';
import { createPostgresStager } from './stager.ts';
import type { WorkingSet } from './working-set.ts';

export interface BoxSources {
  readonly config: ClientConfig;
  readonly clock: Clock;
  readonly patience: number;
  readonly deadline: number;
  readonly asError: (thrown: unknown) => Error;
  /** The latest instant that the store has been told. */
  readonly latest: () => Instant;
  readonly told: (now: Instant) => void;
}

/** Every table is reached by its indexes, however it looked when a statement was planned. */
const PLANS = 'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off';
/** A host that fell silent in the middle of a transaction must not hold up the others for long. */
const SILENCE = "SET idle_in_transaction_session_timeout = '5s'; SET lock_timeout = '15s'";

function settings(...texts: string[]): (run: Run) => Promise<void> {
  const steps = texts
    .flatMap((text) => text.split('; '))
    .map((text): Statement => ({ name: `settings ${text}`.slice(0, 60), text }));
  return async (run) => void (await run(steps.map((statement) => step(statement))));
}

export async function createBox(sources: BoxSources): Promise<MessageBox> {
  const { config, clock, patience, deadline, asError, latest, told } = sources;
  const connection = { config, clock, patience, deadline };
  const listeners = new Set<(subscriber: string) => void>();
  const hands = { takers: new Map<string, Taker>(), urgent: new Set<string>() };
  const mirror = createMirror();
  const leases = createLeases(latest);
  const held = new Map();
  const seqs = createSeqs();
  const reader = createReader({ ...config, query_timeout: deadline }, clock, patience);
  const { ask } = reader;
  const parts = createStoredParts(ask);
  const messages = createMessages(parts);
  const session = createSession({ ...connection, setUp: settings(PLANS, SILENCE, 'SET synchronous_commit = on') });
  const claiming = createLink({ ...connection, setUp: settings(PLANS, SILENCE, 'SET synchronous_commit = off') });
  const claims = createClaims({ run: claiming.run, leases, messages, emptied: (name) => hands.urgent.delete(name) });
  const knowing: GatherSources = { mirror, leases, known: parts.known, held };
  const wake = (subscriber: string) => {
    for (const listener of listeners) listener(subscriber);
  };
  const hints = createHints({ ...connection, self: () => session.id, heard: wake });
  const loader = createLoader(createPostgresStager(ask, parts));
  const retiring = createRetiring({ ask, mirror, messages });
  let closing: Promise<void> | undefined;

  /** Not within the commit: a listener may well ask for more, and must not hold up those who wait. */
  function committed(set: WorkingSet, { woken, handed }: Done): void {
    remember(set, { mirror, leases, messages, held, known: parts.known });
    hints.send(woken);
    queueMicrotask(() => {
      for (const { taker, delivery } of handed) taker.take(delivery);
      for (const subscriber of woken) wake(subscriber);
    });
  }

  const commits = createCommits({
    ...knowing,
    session,
    seqs,
    hands,
    latest,
    asError,
    committed,
    decode: messages.decode,
  });

  async function reading<T>(read: () => Promise<T>): Promise<T> {
    if (closing) throw busError('STORE_CLOSED');
    try {
      return await read();
    } catch (thrown) {
      throw asError(thrown);
    }
  }

  function commitLoaded(unit: Unit) {
    told(unit.now);
    return commits.submit(workOf(unit, knowing));
  }

  async function commitLarge(given: Unit) {
    const { unit, release } = await reading(() => loader.load(given));
    try {
      return await commitLoaded(unit);
    } finally {
      await release();
    }
  }

  async function close(): Promise<void> {
    await commits.close();
    await claims.settled();
    const release = releaseStep(leases.all());
    await session.close(release ? [release] : []);
    await Promise.all([claiming.close(), hints.close(), reader.close()]);
  }

  try {
    await Promise.all([session.run([]), claiming.connect(), hints.listening()]);
    await mirror.refresh(session.run);
  } catch (thrown) {
    await close();
    throw thrown;
  }

  return {
    commit: (unit) => (loader.isLoaded(unit) ? commitLoaded(unit) : commitLarge(unit)),
    claim: (request) =>
      reading(async () => {
        told(request.now);
        await commits.idle();
        return claims.claim(request);
      }),
    extend: (given, until) => reading(() => claims.extend(given, until)),
    handOver: (subscriber, taker) => {
      hands.takers.set(subscriber, taker);
      return () => {
        if (hands.takers.get(subscriber) === taker) hands.takers.delete(subscriber);
      };
    },
    own: (request) => {
      told(request.now);
      return commits.submit(owning(request.names, (store) => own(request, store)));
    },
    disown: (host, names, now) => commits.submit(owning(names, (store) => disown(host, names, now, store))),
    owners: () =>
      reading(async () =>
        (await ask('SELECT name, host, fence, since, until FROM owners ORDER BY name COLLATE "C"', [])).map((row) =>
          toOwner(ownerRow(row)),
        ),
      ),
    deployed: () => reading(async () => (await ask('SELECT hash FROM deployed', []))[0]?.[0] ?? undefined),
    definition: (hash) =>
      reading(async () => {
        const [row] = await ask('SELECT hash, name, content FROM definitions WHERE hash = $1', [hash]);
        return row && definitionOf(row);
      }),
    read: (ids) =>
      reading(async () => {
        const rows = await ask(
          `SELECT ${messageColumns('m')} FROM messages m WHERE m.id IN (SELECT json_array_elements_text($1::json))`,
          [JSON.stringify(ids)],
        );
        const found = await messages.decode(rows.map((fields) => messageRow(fields)));
        const byId = new Map(found.map((message) => [message.id, message]));
        return ids.map((id) => byId.get(id));
      }),
    onWakeup: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    purge: (request) => reading(() => retiring.purge(request)),
    inspection: guardedInspection(inspect({ ask, messages, now: latest }), reading),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function workOf(unit: Unit, sources: GatherSources): Work<ReturnType<typeof applyUnit>> {
  return {
    bytes: bytesOf(unit),
    isFast: () => isFast(unit, sources),
    gather: (needs) => gather(unit, needs, sources),
    check: (store) => checkUnit(unit, store),
    run: (store) => applyUnit(unit, store),
  };
}

function owning<T>(names: readonly string[], run: Work<T>['run']): Work<T> {
  const gatherNames: Work<T>['gather'] = ({ owners }) => {
    for (const name of names) owners.add(name);
  };
  return { bytes: 0, isFast: () => false, gather: gatherNames, run };
}
