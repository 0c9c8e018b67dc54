/**
 * Takes files out of a folder: claims them, submits them, and deletes or archives them once they are durable. What a
 * crash left claimed is submitted again under the same key, so that the MessageBox recognises it.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext, ReceiveLocation, Submission, Submit } from '../../runtime/contracts/adapter.ts';
import { codeOf } from '../../runtime/files/system-error.ts';
import { replaceFile } from '../../runtime/files/write-file.ts';
import { besideName, receiptName, receiptOf } from '../shared/beside.ts';
import { archive, type Claim, claim, release, remove } from './claim.ts';
import { defaults, type FileReceiveConfig, milliseconds } from './config.ts';
import { fileFailure } from './failure.ts';
import { type ClaimedFile, readClaim } from './read-claim.ts';
import { type ReadyFile, watchFolder } from './ready-files.ts';

interface Taken extends ClaimedFile {
  readonly claim: Claim;
}

/** One submit takes at most so many files, and of small files at most so many bytes. */
const BATCH_FILES = 64;
const BATCH_BYTES = 1_048_576;

export function receiveFiles(config: FileReceiveConfig, context: AdapterContext): ReceiveLocation {
  const options = { ...defaults, ...config };
  const folder = context.resolvePath(options.folder);
  const folders = foldersOf(options, context);
  const watched = { ...options, folder, stableFor: milliseconds(options.stableFor) };
  /** Files that were reported as they stand, so that each is reported once. */
  const reported = new Map<string, string>();

  /** Work paths of claims that may still lie there: refused, or not found when they were to be finished. */
  let open = new Set<string>();

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    const look = watchFolder(watched);
    try {
      for (const made of Object.values(folders)) if (made !== undefined) await mkdir(made, { recursive: true });
      for (let first = true; !signal.aborted; first = false) {
        const { claims, ready } = await look(context.clock.now());
        const left = claims.filter(({ path }) => first || open.has(path));
        open = new Set(left.map(({ path }) => path));
        for (const claimed of left) await takeUp(claimed, submit, signal);
        await take(ready, submit, signal);
        await context.clock.sleep(milliseconds(options.poll), signal);
      }
    } catch (thrown) {
      if (!signal.aborted) throw fileFailure(thrown, folder);
    }
  }

  /** Submits a claim that was left behind, by a crash or by us. */
  async function takeUp(claimed: Claim, submit: Submit, signal: AbortSignal): Promise<void> {
    const taken = signal.aborted ? undefined : await read(claimed);
    if (taken) await hand([taken], submit, signal);
  }

  async function take(ready: readonly ReadyFile[], submit: Submit, signal: AbortSignal): Promise<void> {
    let batch: Taken[] = [];
    let bytes = 0;
    const flush = async () => {
      const full = batch;
      batch = [];
      bytes = 0;
      if (full.length > 0) await hand(full, submit, signal);
    };
    for (const file of ready) {
      if (signal.aborted) break;
      const taken = await claimFile(file);
      if (!taken) continue;
      batch.push(taken);
      bytes += taken.size;
      if (batch.length >= BATCH_FILES || bytes >= BATCH_BYTES) await flush();
    }
    await flush();
  }

  async function claimFile(file: ReadyFile): Promise<Taken | undefined> {
    if (file.size > options.maxBytes) {
      report('receive-refused', file.name, file, `it has ${file.size} bytes, more than ${options.maxBytes}`);
      return undefined;
    }
    try {
      const claimed = await claim(folder, file.name, context.newId());
      if (claimed) open.add(claimed.path);
      return claimed && (await read(claimed, file));
    } catch (thrown) {
      report('location-failed', file.name, file, fileFailure(thrown, join(folder, file.name)).message);
      return undefined;
    }
  }

  /** Undefined when it cannot be read: the others go on. */
  async function read(claimed: Claim, file?: ReadyFile): Promise<Taken | undefined> {
    try {
      return { claim: claimed, ...(await readClaim(claimed, folder, options.contentType)) };
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return undefined;
      await finish(claimed, release(claimed, folder));
      report('location-failed', claimed.name, file, fileFailure(thrown, join(folder, claimed.name)).message);
      return undefined;
    }
  }

  async function hand(batch: readonly Taken[], submit: Submit, signal: AbortSignal): Promise<void> {
    let submissions: readonly Submission[];
    try {
      submissions = await submit(
        batch.map(({ incoming }) => incoming),
        signal,
      );
    } catch (thrown) {
      for (const taken of batch) await finish(taken.claim, release(taken.claim, folder));
      throw thrown;
    }
    for (const [index, taken] of batch.entries()) await putAway(taken, submissions[index]!);
  }

  /** The receipt comes first: what a crash leaves claimed is submitted again, and gets its receipt then. */
  async function putAway({ claim: done, size }: Taken, submission: Submission): Promise<void> {
    const { name } = done;
    if (folders.receipts !== undefined) {
      const receipt = receiptOf(name, size, submission, context.clock.now());
      await replaceFile(folders.receipts, receiptName(name), [receipt], context.newId());
    }
    const to = submission.outcome === 'suspended' ? (folders.errors ?? folders.archive) : folders.archive;
    await finish(done, to === undefined ? remove(done) : archive(done, to, context.newId()));
    if (options.doneFile !== undefined) await rm(join(folder, besideName(options.doneFile, name)), { force: true });
  }

  async function finish({ path }: Claim, gone: Promise<boolean>): Promise<void> {
    if (await gone) open.delete(path);
  }

  function report(name: string, fileName: string, file: ReadyFile | undefined, reason: string): void {
    const state = `${file?.size} ${file?.modified}`;
    if (reported.get(fileName) === state) return;
    reported.set(fileName, state);
    const data = { location: context.name, file: fileName, reason };
    context.emit({ name, at: context.clock.now(), data });
  }

  return { run };
}

function foldersOf({ archive: archived, errors, receipts }: FileReceiveConfig, { resolvePath }: AdapterContext) {
  const resolved = (path: string | undefined) => (path === undefined ? undefined : resolvePath(path));
  return { archive: resolved(archived), errors: resolved(errors), receipts: resolved(receipts) };
}
