/**
 * Takes files out of a folder on a server: claims them by renaming, submits them, and deletes or archives them once they are
 * durable. What a crash or a lost connection left claimed is submitted again under the same key.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AdapterContext, Incoming, ReceiveLocation, Submission, Submit } from '../../runtime/contracts/adapter.ts';
import { type Part, type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { mediaTypeOf } from '../../runtime/files/media-types.ts';
import { besideName, receiptName, receiptOf } from '../shared/beside.ts';
import { defaults, milliseconds, type SftpReceiveConfig } from './config.ts';
import { STATUS, sftpFailure, statusOf } from './failure.ts';
import { openLasting } from './lasting.ts';
import { type Claim, type RemoteFile, watchRemote, workName } from './ready-files.ts';
import { join, type Session } from './session.ts';

/** Larger files are streamed from the server. */
const WHOLE = 262_144;

export function receiveRemote(config: SftpReceiveConfig, context: AdapterContext): ReceiveLocation {
  const options = { ...defaults, ...config };
  /** Files that were reported as they stand, so that each is reported once. */
  const reported = new Map<string, string>();
  /** Work paths of claims that may still lie there. */
  let open = new Set<string>();

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    const look = watchRemote(options);
    let session: Session | undefined;
    try {
      session = await openLasting(config, context, signal);
      for (let first = true; !signal.aborted; first = false) {
        const { claims, ready } = await look(session, context.clock.now());
        const left = claims.filter(({ path }) => first || open.has(path));
        open = new Set(left.map(({ path }) => path));
        for (const claimed of left) await hand(session, claimed, submit, signal);
        for (const file of ready) await take(session, file, submit, signal);
        await context.clock.sleep(milliseconds(options.poll), signal);
      }
    } catch (thrown) {
      if (!signal.aborted) throw session?.failure() ?? sftpFailure(thrown, config.host);
    } finally {
      session?.close();
    }
  }

  async function take(session: Session, file: RemoteFile, submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (file.size > options.maxBytes) {
      report('receive-refused', file, `it has ${file.size} bytes, more than ${options.maxBytes}`);
      return;
    }
    const path = join(session.folder, workName(file.name, context.newId()));
    try {
      await session.move(join(session.folder, file.name), path);
    } catch (thrown) {
      if (statusOf(thrown) === STATUS.noSuchFile) return;
      if (statusOf(thrown) === undefined) throw thrown;
      report('location-failed', file, sftpFailure(thrown, join(session.folder, file.name)).message);
      return;
    }
    open.add(path);
    await hand(session, { ...file, path }, submit, signal);
  }

  async function hand(session: Session, claim: Claim, submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const incoming = await incomingOf(session, claim);
    let submission: Submission;
    try {
      [submission] = (await submit([incoming], signal)) as [Submission];
    } catch (thrown) {
      await session.move(claim.path, join(session.folder, claim.name)).catch(() => {}); // Else it stays claimed.
      throw thrown;
    }
    await finish(session, claim, submission);
    open.delete(claim.path);
  }

  async function incomingOf(session: Session, claim: Claim): Promise<Incoming> {
    const { name, size, modified, path } = claim;
    const full = join(session.folder, name);
    const properties: Record<string, Scalar> = {
      [BUS.sourceName]: name,
      'sftp.name': name,
      'sftp.path': full,
      'sftp.modified': new Date(modified * 1000).toISOString(),
    };
    const contentType = options.contentType ?? mediaTypeOf(name);
    const hash = createHash('sha256').update(JSON.stringify([session.endpoint, full, size, modified]));
    const part = await partAt(session, path, size, contentType);
    if (part.bytes) hash.update(part.bytes);
    return { parts: [part], context: carried(properties), key: hash.digest('hex') };
  }

  /** The receipt comes first: what a lost connection leaves claimed is submitted again, and gets its receipt then. */
  async function finish(session: Session, { name, path, size }: Claim, submission: Submission): Promise<void> {
    if (options.receipts !== undefined) await writeReceipt(session, options.receipts, name, size, submission);
    const to = submission.outcome === 'suspended' ? (options.errors ?? options.archive) : options.archive;
    if (to === undefined) await session.remove(path);
    else await archive(session, path, join(to, name));
    if (options.doneFile === undefined) return;
    try {
      await session.remove(join(session.folder, besideName(options.doneFile, name)));
    } catch (thrown) {
      if (statusOf(thrown) !== STATUS.noSuchFile) throw thrown;
    }
  }

  async function writeReceipt(session: Session, to: string, name: string, size: number, submission: Submission) {
    const work = join(to, `.${context.newId()}.guildhall-part`);
    const bytes = receiptOf(name, size, submission, context.clock.now());
    await session.write(work, Readable.from([bytes]), new AbortController().signal);
    await session.replace(work, join(to, receiptName(name)));
  }

  /** Where the archive has a file of that name, an id makes the name unlike it. */
  async function archive(session: Session, from: string, to: string): Promise<void> {
    try {
      await session.move(from, to);
    } catch (thrown) {
      if (statusOf(thrown) !== STATUS.failure) throw thrown;
      await session.move(from, `${to}.${context.newId()}`);
    }
  }

  function report(name: string, file: RemoteFile, reason: string): void {
    const state = `${file.size} ${file.modified}`;
    if (reported.get(file.name) === state) return;
    reported.set(file.name, state);
    context.emit({ name, at: context.clock.now(), data: { location: context.name, file: file.name, reason } });
  }

  return { run };
}

async function partAt(session: Session, path: string, size: number, contentType: string): Promise<Part> {
  if (size > WHOLE) return { name: 'body', contentType, size, open: () => session.chunks(path) };
  const chunks: Uint8Array[] = [];
  for await (const chunk of session.chunks(path)) chunks.push(chunk);
  return partOf(Buffer.concat(chunks), contentType);
}

function carried(properties: Readonly<Record<string, Scalar>>): Incoming['context'] {
  return new Map(
    Object.entries(properties).map(([name, value]): [string, Property] => [name, { value, promoted: false }]),
  );
}
