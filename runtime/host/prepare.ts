/**
 * The receive side up to the MessageBox: raw bytes through the receive pipeline and the inbound maps. What fails for the
 * message's own sake is to be suspended as it came; nothing is lost. What becomes many records is handed over in batches
 * while it is read, so that no file is ever held whole; each record has a key of its own, so that a receipt which is taken
 * up again from its beginning publishes what is missing and nothing twice.
 */

import type { BoundLocation, BoundReceivePort, DedupePolicy, Deployment } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import { derive, type Message, type Part, withProperties } from '../contracts/message.ts';
import type { DedupeKey, Publication, Suspension } from '../contracts/message-box.ts';
import type { RecordSink } from '../contracts/pipeline.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { asBusError, isBusError } from '../errors/as-bus-error.ts';
import { runPipeline } from '../pipelines/run.ts';
import { load, write } from './documents.ts';
import { failureReport } from './give-up.ts';
import { nestedProperties } from './nested-properties.ts';
import { type PipelineHost, pipelineContext } from './pipeline-context.ts';
import { withDone } from './progress.ts';

/** What is left to commit: all of it, or what follows the batches that were handed over. */
export type Prepared = PreparedRecords | { readonly ok: false; readonly error: BusError; readonly begun: boolean };

export interface PreparedRecords {
  readonly ok: true;
  readonly publications: readonly Publication[];
  /** Records that cannot go on; the others do. */
  readonly suspensions: readonly Suspension[];
  /** Of the first of those. */
  readonly error?: BusError;
}

/** Commits a batch; whoever gave it waits for that. */
export type Hand = (batch: Pick<PreparedRecords, 'publications' | 'suspensions'>) => Promise<void>;

export interface Origin extends PipelineHost {
  readonly deployment: Deployment;
  readonly port: BoundReceivePort;
  readonly location: BoundLocation;
}

export interface Receipt {
  readonly raw: Message;
  /** The transport's identity of it, or another that is the same whenever it is taken up again. */
  readonly key: string | undefined;
  /** Absent: all records are prepared before any is committed. */
  readonly hand?: Hand;
  /** Every record stands by itself, unless the pipeline says otherwise. */
  readonly recoverable: boolean;
  /** So many of its records, from the first, have gone on before. */
  readonly done?: number;
}

/** A batch has so many records at most, and ends with the one that makes it so long (bytes): records may be long, memory is not. */
const BATCH = { records: 200, bytes: 4_194_304 };
/** What stands or falls together is one commit up to so much; what is more is gone through once before any of it is committed. */
const TOGETHER = { records: 5_000, bytes: 16_777_216 };

/** Rejects only for transient errors: then the source should keep the message and offer it again. */
export async function prepare(receipt: Receipt, origin: Origin, signal: AbortSignal): Promise<Prepared> {
  const alone = receipt.recoverable && !isWhole(origin.location);
  const hand = receipt.key === undefined ? undefined : receipt.hand;
  const reading = { receipt, origin, signal, alone };
  if (alone || !hand) return read({ ...reading, hand, limit: BATCH });
  let long = false;
  const survey: Hand = async () => {
    long = true;
  };
  const found = await read({ ...reading, hand: survey, limit: TOGETHER });
  return long && found.ok ? read({ ...reading, hand, limit: BATCH }) : found;
}

interface Reading {
  readonly receipt: Receipt;
  readonly origin: Origin;
  readonly signal: AbortSignal;
  readonly alone: boolean;
  /** Takes what there is each time it is more than the limit. */
  readonly hand: Hand | undefined;
  readonly limit: Limit;
}

interface Limit {
  readonly records: number;
  readonly bytes: number;
}

async function read({ receipt, origin, signal, alone, hand, limit }: Reading): Promise<Prepared> {
  const draft = createDraft(receipt, origin, () => handOver());
  const { deployment, location } = origin;
  const sink = alone ? { records: draft.records } : {};
  const expected = expectedOf(location, receipt.raw);
  const context = { ...pipelineContext(deployment, origin, expected, signal), ...sink };
  let begun = false;
  async function handOver(): Promise<void> {
    if (!hand || !draft.reaches(limit)) return;
    begun = true;
    await hand(draft.take());
  }
  try {
    for await (const message of runPipeline(location.pipeline, receipt.raw, context)) {
      await draft.add(message, alone);
      await handOver();
    }
    return { ok: true, ...draft.take() };
  } catch (thrown) {
    const error = asBusError(thrown, location.name);
    if (error.kind === 'transient') throw error;
    if (begun) await hand!(draft.take());
    return { ok: false, error, begun };
  }
}

function expectedOf({ expected, expectedBy }: BoundLocation, { context }: Message): readonly string[] {
  const told = expectedBy && context.get(expectedBy.property)?.value;
  return (told === undefined ? undefined : expectedBy?.types.get(String(told))) ?? expected;
}

/** A step says that its records stand or fall together. */
function isWhole({ pipeline }: BoundLocation): boolean {
  return pipeline.steps.some(({ config }) => (config as { recoverable?: unknown } | null)?.recoverable === false);
}

interface Draft {
  readonly records: RecordSink;
  reaches(limit: Limit): boolean;
  /** Maps it; where it stands `alone` and its map fails, it is among the suspensions. */
  add(message: Message, alone: boolean): Promise<void>;
  take(): Omit<PreparedRecords, 'ok'>;
}

function createDraft({ key, done = 0 }: Receipt, origin: Origin, handOver: () => Promise<void>): Draft {
  let publications: Publication[] = [];
  let suspensions: Suspension[] = [];
  let error: BusError | undefined;
  /** By message: how a record came. */
  const came = new Map<string, () => Part>();
  /** Records so far, whatever became of them: the number of a record is the same whenever its receipt is read. */
  let count = 0;
  let bytes = 0;
  const subscriber = subscriberOf.receiveLocation(origin.port.name, origin.location.name);

  async function failed(record: Message, cause: BusError, since = count): Promise<void> {
    const part = came.get(record.id);
    const kept = part ? derive({ ...record, type: undefined }, { parts: [part()] }) : record;
    const message = { ...kept, context: withDone(kept.context, count - since) };
    const { code, message: reason } = cause;
    if (count++ < done) return;
    const keys = receiptKeys(origin, key, count - 1);
    bytes += sizeOf(message);
    suspensions.push({ message, subscriber, code, reason, resumable: true, keys, ...reportOf(message, cause, origin) });
    error ??= cause;
    await handOver();
  }

  return {
    records: {
      get count() {
        return count;
      },
      came: (record, part) => void came.set(record.id, part),
      failed,
    },
    reaches: (limit) => publications.length + suspensions.length >= limit.records || bytes >= limit.bytes,
    add: async (message, alone) => {
      try {
        const mapped = await mapInbound(message, origin);
        if (count++ < done) return;
        bytes += sizeOf(mapped);
        publications.push(await publication(mapped, key, count - 1, origin));
      } catch (thrown) {
        const part = came.get(message.id);
        if (!alone || !part || !isBusError(thrown) || thrown.kind !== 'message') throw thrown;
        await failed(message, thrown);
      }
    },
    take: () => {
      const taken = { publications, suspensions, ...(error ? { error } : {}) };
      publications = [];
      suspensions = [];
      bytes = 0;
      came.clear();
      return taken;
    },
  };
}

function reportOf(message: Message, error: BusError, { port, location, clock }: Origin): Pick<Suspension, 'report'> {
  if (!port.routeFailed) return {};
  const where = { receivePort: port.name, receiveLocation: location.name, at: clock.now() };
  return { report: failureReport(message, error, where, message.id) };
}

/** Of what is not in memory, nothing. */
const sizeOf = ({ parts }: Message) => parts.reduce((sum, part) => sum + (part.bytes?.byteLength ?? 0), 0);

async function mapInbound(message: Message, { deployment, port }: Origin): Promise<Message> {
  const map = message.type === undefined ? undefined : port.maps.get(message.type);
  if (!map) return message;
  const { document } = await load(message, deployment.schemas);
  const schema = deployment.schemas.find(map.target)!;
  return write({ ...message, document: map.transform([document]), attached: message.parts.slice(1) }, schema);
}

async function publication(
  message: Message,
  key: string | undefined,
  index: number,
  origin: Origin,
): Promise<Publication> {
  const keys = [...receiptKeys(origin, key, index), ...(await businessKeys(message, origin))];
  return keys.length === 0 ? { message } : { message, keys };
}

/** The transport's identity of the receipt, one per message that came of it. */
export function receiptKeys(
  { port, location }: Origin,
  key: string | undefined,
  index: number | 'rest' = 0,
): DedupeKey[] {
  return key === undefined ? [] : [{ scope: `${port.name}/${location.name}`, key: `${key}#${index}` }];
}

/** What `dedupe` of the location says of it; shared by all locations of the port. */
async function businessKeys(message: Message, { port, location, deployment, clock }: Origin): Promise<DedupeKey[]> {
  const { window } = location.dedupe;
  const values = await keyValues(message, location.dedupe, deployment);
  if (values.length === 0 || values.some((value) => value === undefined || value === null)) return [];
  const since = window === undefined ? {} : { notBefore: clock.now() - window };
  return [{ scope: port.name, key: JSON.stringify(values), ...since }];
}

async function keyValues(
  message: Message,
  { properties, key }: DedupePolicy,
  { schemas }: Deployment,
): Promise<unknown[]> {
  if (!key) return properties.map((name) => message.context.get(name)?.value);
  const { document } = await load(message, schemas);
  return [key.evaluate({ ...nestedProperties(message.context), body: document })];
}

export function replying(publications: readonly Publication[], replyTo: readonly [string, string]): Publication[] {
  const property = [replyTo[0], { value: replyTo[1], promoted: false }] as const;
  return publications.map((entry) => ({
    ...entry,
    message: { ...entry.message, context: withProperties(entry.message.context, [property]) },
  }));
}
