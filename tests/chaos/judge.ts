/**
 * Holds what senders were told against what arrived and what the bus says of itself: G1 to G10 as far as they show outside.
 * Pure: the same evidence gives the same verdict.
 */
import type { Arrival, Breach, Evidence, Held, Receipt } from './evidence.ts';

export interface Verdict {
  readonly accepted: number;
  /** Arrived wherever it should. */
  readonly delivered: number;
  /** Put aside with a reason, or ended by an operator. */
  readonly suspended: number;
  readonly lost: number;
  /** Arrived at one place under more than one idempotency key. */
  readonly doubled: number;
  /** Arrived again under the same key: that is allowed. */
  readonly repeated: number;
  readonly breaches: readonly Breach[];
}

export function judge(evidence: Evidence): Verdict {
  const { receipts, arrivals } = evidence;
  const arrived = new Set(arrivals.map(({ tag, end }) => `${end} ${tag}`));
  const held = Map.groupBy(heldTags(evidence), ({ tag }) => tag);
  const accepted = receipts.filter((receipt) => receipt.accepted);
  const fates = accepted.map((receipt) => ({ receipt, ...fateOf(receipt, arrived, held.has(receipt.tag)) }));
  const lost = fates.filter(({ fate }) => fate === 'lost').map(({ receipt, missing }) => lostBreach(receipt, missing));
  const doubled = doubledOf(arrivals);
  return {
    accepted: accepted.length,
    delivered: fates.filter(({ fate }) => fate === 'delivered').length,
    suspended: fates.filter(({ fate }) => fate === 'held').length,
    lost: lost.length,
    doubled: doubled.length,
    repeated: arrivals.length - new Set(arrivals.map(({ end, tag, key }) => `${end} ${tag} ${key}`)).size,
    breaches: [
      ...lost,
      ...doubled,
      ...disordered(evidence),
      ...strays(evidence),
      ...changed(evidence),
      ...unexplained(evidence),
      ...processes(evidence),
      ...otherAnswers(evidence),
      ...evidence.underWay.map((text): Breach => ({ rule: 'stuck', text })),
      ...evidence.seen,
    ],
  };
}

/** What is held, also as a process that has failed. */
function heldTags({ held, processes: all }: Evidence): { tag: string }[] {
  const failed = all.filter(({ status }) => status === 'suspended' || status === 'terminated');
  return [...held, ...failed].flatMap(({ tag }) => (tag === undefined ? [] : [{ tag }]));
}

function fateOf({ tag, ends }: Receipt, arrived: ReadonlySet<string>, isHeld: boolean) {
  const missing = ends === 'held' ? [] : ends.filter((end) => !arrived.has(`${end} ${tag}`));
  if (ends !== 'held' && missing.length === 0) return { fate: 'delivered', missing } as const;
  return { fate: isHeld ? 'held' : 'lost', missing } as const;
}

function lostBreach({ tag, kind, channel }: Receipt, missing: readonly string[]): Breach {
  const where = missing.length === 0 ? 'is not on record as suspended' : `never came to ${missing.join(', ')}`;
  return { rule: 'lost', tag, text: `${tag} (${kind}, by ${channel}) was accepted and ${where}` };
}

function doubledOf(arrivals: readonly Arrival[]): Breach[] {
  return [...Map.groupBy(arrivals, ({ end, tag }) => `${end} ${tag}`).values()].flatMap((same): Breach[] => {
    const keys = [...new Set(same.map(({ key }) => key))];
    const { end, tag } = same[0]!;
    return keys.length === 1 ? [] : [{ rule: 'doubled', tag, text: `${tag} came to ${end} as ${keys.join(' and ')}` }];
  });
}

/** First arrivals of a lane come in the order in which they were accepted. A late repeat under the same key is no disorder. */
function disordered({ receipts, arrivals }: Evidence): Breach[] {
  const places = new Map(receipts.flatMap(({ tag, lane }) => (lane ? [[tag, lane] as const] : [])));
  const highest = new Map<string, { place: number; tag: string }>();
  const seen = new Set<string>();
  return arrivals.flatMap(({ tag }): Breach[] => {
    const lane = places.get(tag);
    if (!lane || seen.has(tag)) return [];
    seen.add(tag);
    const before = highest.get(lane.key);
    if (before && before.place > lane.place) {
      return [{ rule: 'disordered', tag, text: `${tag} of lane ${lane.key} came behind ${before.tag}` }];
    }
    highest.set(lane.key, { place: lane.place, tag });
    return [];
  });
}

function strays({ receipts, arrivals, strange }: Evidence): Breach[] {
  const ends = new Map(receipts.map(({ tag, ends: allowed }) => [tag, allowed]));
  const wrong = arrivals.filter(({ tag, end }) => !ends.get(tag)?.includes(end));
  return [
    ...wrong.map(
      ({ tag, end }): Breach => ({ rule: 'stray', tag, text: `${tag} came to ${end}, where nobody sent it` }),
    ),
    ...strange.map((text): Breach => ({ rule: 'stray', text: `a system did not understand: ${text}` })),
  ];
}

/** What is held because of what it says is held as it was received. */
function changed({ receipts, held }: Evidence): Breach[] {
  const bodies = new Map(receipts.flatMap(({ tag, body }) => (body === undefined ? [] : [[tag, body]])));
  return held.flatMap(({ tag, body, message }): Breach[] => {
    const sent = tag === undefined ? undefined : bodies.get(tag);
    if (sent === undefined || body === undefined || body === sent) return [];
    return [{ rule: 'changed', text: `message ${message} is not as ${tag} was sent` }];
  });
}

function unexplained({ held, processes: all }: Evidence): Breach[] {
  const silent = (found: Pick<Held, 'code' | 'reason'> | undefined) => !found?.code || !found.reason;
  return [
    ...held.filter((found) => found.state === 'suspended' && silent(found)).map(({ message }) => `message ${message}`),
    ...all.filter(({ status, failure }) => status === 'suspended' && silent(failure)).map(({ id }) => `instance ${id}`),
  ].map((what): Breach => ({ rule: 'unexplained', text: `${what} is suspended without a code or a reason` }));
}

/** One process a report; those that have ended leave nothing behind, and those that wait have reason to. */
function processes({ processes: all, receipts, subscriptions }: Evidence): Breach[] {
  const waits = new Set(receipts.filter((receipt) => receipt.waits).map(({ tag }) => tag));
  const ended = new Set(
    all.filter(({ status }) => status === 'completed' || status === 'terminated').map(({ id }) => id),
  );
  const known = new Set(all.map(({ id }) => id));
  const count = Map.groupBy(all, ({ tag }) => tag);
  return [
    ...all.flatMap(({ id, tag, status, subscriptions: kept, timers }): Breach[] => {
      const who = { ...(tag === undefined ? {} : { tag }) };
      if (ended.has(id)) {
        return kept + timers === 0
          ? []
          : [
              {
                rule: 'zombie',
                ...who,
                text: `instance ${id} is ${status}, with ${kept} subscriptions and ${timers} timers`,
              },
            ];
      }
      const mayStay =
        status === 'suspended' || (status === 'waiting' && tag !== undefined && waits.has(tag) && kept > 0);
      return mayStay ? [] : [{ rule: 'stuck', ...who, text: `instance ${id} of ${tag} is still ${status}` }];
    }),
    ...subscriptions
      .filter((instance) => ended.has(instance) || !known.has(instance))
      .map((id): Breach => ({ rule: 'zombie', text: `a subscription of instance ${id}, which is no more` })),
    ...[...count].flatMap(([tag, same]): Breach[] =>
      tag === undefined || same.length === 1
        ? []
        : [
            {
              rule: 'doubled',
              tag,
              text: `${tag} began ${same.length} instances: ${same.map(({ id }) => id).join(', ')}`,
            },
          ],
    ),
  ];
}

function otherAnswers({ receipts }: Evidence): Breach[] {
  return receipts
    .filter(({ answers = [] }) => new Set(answers).size > 1)
    .map(({ tag, answers }) => ({
      rule: 'answered otherwise',
      tag,
      text: `${tag} was answered with ${[...new Set(answers)].join(' and then ')}`,
    }));
}
