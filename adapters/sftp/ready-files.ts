/** Which files of a folder on the server are ready to be taken, and which were claimed before. */
import { matchesGlob } from 'node:path';
import type { Instant } from '../../runtime/contracts/clock.ts';
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

type Options = Required<Pick<SftpReceiveConfig, 'pattern' | 'stableFor' | 'sort'>> &
  Pick<SftpReceiveConfig, 'doneFile'>;

const WORK_NAME = /^\.(.+)\.guildhall-[^.]+$/s;

export const workName = (name: string, id: string) => `.${name}.guildhall-${id}`;
export const doneName = (template: string, name: string) => template.replaceAll('{name}', name);

/** Remembers from one look to the next. */
export function watchRemote({ pattern, stableFor, sort, doneFile }: Options) {
  let known = new Map<string, Observed>();
  const wanted = (name: string) => matchesGlob(name, pattern) && (!name.startsWith('.') || pattern.startsWith('.'));

  return async (session: Session, now: Instant): Promise<Look> => {
    const entries = await session.list(session.folder);
    const files = entries
      .filter(({ attrs }) => attrs.isFile())
      .map(({ filename, attrs }): RemoteFile => ({ name: filename, size: attrs.size, modified: attrs.mtime }));
    const names = new Set(files.map(({ name }) => name));
    const isDone = (name: string) => doneFile === undefined || names.has(doneName(doneFile, name));
    const claims = files.flatMap((file): Claim[] => {
      const name = WORK_NAME.exec(file.name)?.[1];
      return name !== undefined && wanted(name) ? [{ ...file, name, path: join(session.folder, file.name) }] : [];
    });
    const marks = new Set(doneFile === undefined ? [] : [...names].map((name) => doneName(doneFile, name)));
    const candidates = files.filter(
      ({ name }) => wanted(name) && !WORK_NAME.test(name) && !marks.has(name) && isDone(name),
    );
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
