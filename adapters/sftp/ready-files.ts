/** Which files of a folder on the server are ready to be taken, and which were claimed before. */
import { matchesGlob } from 'node:path';
import type { Instant } from '../../runtime/contracts/clock.ts';
import { type BesideOptions, mayTake } from '../shared/beside.ts';
import { milliseconds, type SftpReceiveConfig } from './config.ts';
import { join, type Session } from './session.ts';

export interface RemoteFile {
  readonly name: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** A file renamed to a work name in its own folder, so that nobody else takes it while it is read. */
export interface Claim extends RemoteFile {
  readonly path: string;
}

interface Observed extends RemoteFile {
  /** Since when it has looked like this, by our own clock. */
  readonly since: Instant;
}

export interface Look {
  readonly ready: readonly RemoteFile[];
  readonly claims: readonly Claim[];
}

type Options = Required<Pick<SftpReceiveConfig, 'pattern' | 'stableFor' | 'sort'>> & BesideOptions;

/** Not what a send port is writing into the same folder: that is a half file. */
const WORK_NAME = /^\.(.+)\.guildhall-(?!part$)[^.]+$/s;

export const workName = (name: string, id: string) => `.${name}.guildhall-${id}`;

/** Remembers from one look to the next. */
export function watchRemote(options: Options) {
  const { pattern, stableFor, sort } = options;
  let known = new Map<string, Observed>();
  const wanted = (name: string) => matchesGlob(name, pattern) && (!name.startsWith('.') || pattern.startsWith('.'));

  return async (session: Session, now: Instant): Promise<Look> => {
    const entries = await session.list(session.folder);
    const files = entries
      .filter(({ attrs }) => attrs.isFile())
      .map(({ filename, attrs }): RemoteFile => ({ name: filename, size: attrs.size, modified: attrs.mtime }));
    const claims = files.flatMap((file): Claim[] => {
      const name = WORK_NAME.exec(file.name)?.[1];
      return name !== undefined && wanted(name) ? [{ ...file, name, path: join(session.folder, file.name) }] : [];
    });
    const may = mayTake(new Set(files.map(({ name }) => name)), options);
    const candidates = files.filter(({ name }) => wanted(name) && !/\.guildhall-[^.]+$/.test(name) && may(name));
    known = new Map(candidates.map((file) => [file.name, observed(file, known.get(file.name), now)]));
    const ready = [...known.values()].filter(({ since }) => now - since >= milliseconds(stableFor));
    return { claims, ready: ready.sort(sort === 'name' ? byName : byTime) };
  };
}

function observed(file: RemoteFile, before: Observed | undefined, now: Instant): Observed {
  const same = before?.size === file.size && before.modified === file.modified;
  return { ...file, since: same ? before.since : now };
}

const byName = (a: RemoteFile, b: RemoteFile) => (a.name < b.name ? -1 : 1);
const byTime = (a: RemoteFile, b: RemoteFile) => a.modified - b.modified || byName(a, b);
