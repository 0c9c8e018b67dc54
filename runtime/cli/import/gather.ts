/**
 * Fetches a contract and all that it refers to, so that nothing is fetched ever after: from the disk or, where it lies there, from the web. The files
 * get names of their own in one folder, and what they say of each other is written anew.
 */
import { readFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createSystemClock } from '../../clock/system.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { locate } from './locate.ts';

export interface Gathered {
  /** Name to text; the first is the contract itself. */
  readonly files: ReadonlyMap<string, string>;
  /** What it refers to and was not found, though the contract may do without. */
  readonly notes: readonly string[];
}

/** A reference within a text: where it stands and where it leads. */
export interface Reference {
  readonly from: number;
  readonly to: number;
  /** Undefined where only the namespace is told. */
  readonly target: string | undefined;
  /** Of a schema that is imported: what is found by its namespace needs no location. */
  readonly namespace?: string;
  /** The contract may do without it, or its check will tell: what cannot be read is noted, and left as it is. */
  readonly optional?: boolean;
  /** What stands there once the target is called `name`. */
  written(name: string): string;
}

export type FindReferences = (text: string) => readonly Reference[];

const MOST_FILES = 500;
const LARGEST = 20 * 1024 * 1024;
const PATIENCE = 30_000;

interface Waiting {
  readonly address: URL;
  /** What refers to it. */
  readonly from?: string;
  readonly optional?: boolean;
}

/** `source`: a path or an http(s) address. Throws IMPORT_FAILED. */
export async function gather(source: string, cwd: string, find: FindReferences): Promise<Gathered> {
  const first = addressOf(source, cwd);
  const names = new Map<string, string>();
  const texts = new Map<string, string>();
  const notes: string[] = [];
  const waiting: Waiting[] = [{ address: first }];
  nameFor(first, names);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (texts.size >= MOST_FILES) throw failed(source, `it refers to more than ${MOST_FILES} files`);
    const { address: at } = next;
    const text = await textOf(next, notes);
    if (text === undefined) names.delete(withoutHash(at));
    else texts.set(at.href, text);
    for (const reference of text === undefined ? [] : find(text)) {
      const address = locate(reference, at, first);
      if (!address || names.has(withoutHash(address))) continue;
      nameFor(address, names);
      const { optional = false } = reference;
      waiting.push({ address: new URL(withoutHash(address)), from: names.get(at.href)!, optional });
    }
  }
  const files = [...texts].map(([href, text]) => {
    const called = (reference: Reference) => {
      const address = reference.target === undefined ? undefined : locate(reference, new URL(href), first);
      return address && names.get(withoutHash(address));
    };
    return [names.get(href)!, rewritten(text, find(text), called)] as const;
  });
  return { files: new Map(files), notes };
}

/** Undefined where it cannot be read and need not: that is noted. */
async function textOf({ address, from, optional }: Waiting, notes: string[]): Promise<string | undefined> {
  try {
    return await textAt(address);
  } catch (thrown) {
    const source = address.protocol === 'file:' ? fileURLToPath(address) : address.href;
    const reason = reasonOf(thrown);
    if (!optional) throw failed(source, from === undefined ? reason : `${from} refers to it, and ${reason}`);
    notes.push(`${from} refers to ${source}, which cannot be read (${reason}).`);
    return undefined;
  }
}

const withoutHash = (address: URL) => address.href.replace(/#.*$/, '');

function addressOf(source: string, cwd: string): URL {
  if (/^https?:\/\//i.test(source)) return new URL(source);
  return new URL(source, pathToFileURL(`${cwd}/`));
}

/** Its own name, or with a number where another file has that. */
function nameFor(address: URL, names: Map<string, string>): void {
  const own = decodeURIComponent(basename(address.pathname)).replace(/[^\w.-]+/g, '-') || 'contract';
  const query = /[?&](?:wsdl|xsd)\b/i.exec(address.search)?.[0].slice(1).toLowerCase();
  const whole = query && !own.toLowerCase().endsWith(`.${query}`) ? `${own}.${query}` : own;
  const extension = posix.extname(whole);
  const taken = new Set(names.values());
  let name = whole;
  for (let count = 2; taken.has(name); count += 1)
    name = `${whole.slice(0, whole.length - extension.length)}-${count}${extension}`;
  names.set(withoutHash(address), name);
}

async function textAt(address: URL): Promise<string> {
  const bytes = address.protocol === 'file:' ? readFileSync(fileURLToPath(address)) : await fetched(address);
  if (bytes.byteLength > LARGEST) throw new Error(`it is longer than ${LARGEST} bytes`);
  return decoded(bytes);
}

async function fetched(address: URL): Promise<Buffer> {
  const late = new AbortController();
  const inTime = createSystemClock().schedule(PATIENCE, () =>
    late.abort(new Error(`there was no whole answer within ${PATIENCE / 1000} seconds`)),
  );
  try {
    const answer = await fetch(address, { signal: late.signal });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  } finally {
    inTime();
  }
}

/** UTF-16 by its byte order mark, else UTF-8; in XML what its declaration says. */
function decoded(bytes: Buffer): string {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/i.exec(bytes.toString('latin1', 0, 256))?.[1];
  const text = new TextDecoder(mark ?? declared ?? 'utf-8').decode(bytes);
  return text.replace(/^(<\?xml[^>]*encoding\s*=\s*)["'][\w.-]+["']/i, '$1"UTF-8"');
}

function rewritten(
  text: string,
  references: readonly Reference[],
  called: (reference: Reference) => string | undefined,
): string {
  let result = text;
  for (const reference of [...references].sort((a, b) => b.from - a.from)) {
    const name = called(reference);
    if (name === undefined) continue;
    result = result.slice(0, reference.from) + reference.written(name) + result.slice(reference.to);
  }
  return result;
}

export const failed = (source: string, reason: string) => busError('IMPORT_FAILED', { source, reason });
