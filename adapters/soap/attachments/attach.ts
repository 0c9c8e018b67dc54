/** Puts the further parts of a message into its call: where the document says `cid:name`, or beside it. */
import { bytesOf, type Part, partOf } from '../../../runtime/contracts/message.ts';
import { readXml } from '../xml-reader.ts';
import type { AttachmentsConfig } from './config.ts';
import { nameOfReference, XOP } from './open-message.ts';

export interface Attached {
  /** The body element. */
  readonly xml: string;
  /** What goes beside the envelope; empty where all of it is in the document. */
  readonly parts: readonly AttachedPart[];
}

export interface AttachedPart {
  /** Fit for a Content-ID. */
  readonly id: string;
  readonly part: Part;
}

/** Throws XmlProblem for what is no XML. */
export async function attach(xml: string, parts: readonly Part[], config: AttachmentsConfig): Promise<Attached> {
  const { send, binary = [], least = 0 } = config;
  const names = new Set(binary);
  if (parts.length === 0 && binary.length === 0) return { xml, parts: [] };
  const attached = parts.map((part, index) => ({ id: idFor(part.name, index), part }));
  if (send === 'swa') return { xml, parts: attached };
  if (send === 'inline') {
    const texts = new Map<string, string>();
    for (const part of parts) texts.set(part.name, Buffer.from(await bytesOf(part)).toString('base64'));
    return { xml: replaced(xml, ({ text }) => texts.get(nameOfReference(text.trim()) ?? '')), parts: [] };
  }
  if (send !== 'mtom') return { xml, parts: [] };
  const all = [...attached];
  const written = replaced(xml, ({ local, text }) => {
    const known = attached.find(({ part }) => part.name === nameOfReference(text.trim()));
    if (known) return include(known.id);
    if (!names.has(local) || text.length < least || !/^[A-Za-z0-9+/]+={0,2}$/.test(text.replace(/\s+/g, '')))
      return undefined;
    const id = idFor('', all.length);
    all.push({ id, part: partOf(Buffer.from(text, 'base64'), 'application/octet-stream', id) });
    return include(id);
  });
  return { xml: written, parts: all };
}

const include = (id: string) => `<xop:Include xmlns:xop="${XOP}" href="cid:${encodeURIComponent(id)}"/>`;

const idFor = (name: string, index: number) =>
  /^[A-Za-z0-9][A-Za-z0-9._+@-]*$/.test(name) ? name : `part-${index + 1}@guildhall`;

interface Leaf {
  readonly local: string;
  /** As it is written. */
  readonly text: string;
}

/** The document with other contents for those elements without children that `write` has some for. */
function replaced(xml: string, write: (leaf: Leaf) => string | undefined): string {
  const open: { readonly local: string; readonly inside: number; leaf: boolean }[] = [];
  const pieces: string[] = [];
  let done = 0;
  readXml(xml, {
    open({ local, end }) {
      const parent = open.at(-1);
      if (parent) parent.leaf = false;
      open.push({ local, inside: end, leaf: true });
    },
    close(_depth, end) {
      const { local, inside, leaf } = open.pop()!;
      if (!leaf || inside === end) return;
      const to = xml.lastIndexOf('</', end - 1);
      const content = write({ local, text: xml.slice(inside, to) });
      if (content === undefined) return;
      pieces.push(xml.slice(done, inside), content);
      done = to;
    },
  });
  return pieces.length === 0 ? xml : pieces.join('') + xml.slice(done);
}
