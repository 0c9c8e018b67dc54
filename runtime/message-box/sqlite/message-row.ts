/** Messages as rows: the context as JSON {p: promoted, c: carried}, small parts in the row, large ones as references. */
import { type Context, type Message, type Part, type Property, partOf, type Scalar } from '../../contracts/message.ts';

export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly interchange: string;
  readonly type: string | null;
  readonly at: number;
  readonly context: string;
  readonly parts: string;
  /** The bytes of the small parts, one after the other. */
  readonly body: Uint8Array | null;
  readonly events: string | null;
}

/** Name, content type, size, and where the bytes lie; without that, in the row itself. */
export type PartReference = readonly [name: string, contentType: string, size: number, seq?: number];

/** What stands for the place of the bytes of a part that the retention policy has removed. */
export const STRIPPED = 0;

type Values = Record<string, Scalar>;

const NOTHING = new Uint8Array();

/** Written piece by piece: that takes a third of what objects and their serialisation take. */
export function encodeContext(context: Context): string {
  let p = '';
  let c = '';
  context.forEach(({ value, promoted }, name) => {
    const pair = `${quoted(name)}:${JSON.stringify(value)}`;
    if (promoted) p += p === '' ? pair : `,${pair}`;
    else c += c === '' ? pair : `,${pair}`;
  });
  return `{"p":{${p}},"c":{${c}}}`;
}

const names = new Map<string, string>();
const MOST_NAMES = 4096;

function quoted(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const made = JSON.stringify(name);
  if (names.size < MOST_NAMES) names.set(name, made);
  return made;
}

export function decodeContext(text: string): Context {
  const { p, c } = JSON.parse(text) as { p: Values; c: Values };
  const context = new Map<string, Property>();
  for (const name of Object.keys(p)) context.set(name, { value: p[name]!, promoted: true });
  for (const name of Object.keys(c)) context.set(name, { value: c[name]!, promoted: false });
  return context;
}

export type PartAt = (reference: PartReference & { readonly 3: number }) => Part;

export function decodeMessage(row: MessageRow, partAt: PartAt): Message {
  const [body, ...rest] = decodeParts(row, partAt);
  return {
    id: row.id,
    interchange: row.interchange,
    type: row.type ?? undefined,
    parts: [body!, ...rest],
    context: decodeContext(row.context),
  };
}

function decodeParts({ parts, body }: MessageRow, partAt: PartAt): Part[] {
  let offset = 0;
  return (JSON.parse(parts) as PartReference[]).map((reference) => {
    const [name, contentType, size, seq] = reference;
    if (seq !== undefined) return partAt(reference as Parameters<PartAt>[0]);
    offset += size;
    return partOf((body ?? NOTHING).subarray(offset - size, offset), contentType, name);
  });
}

/** The parts that a row refers to, each as often as it does. */
export function storedParts(parts: string): number[] {
  return (JSON.parse(parts) as PartReference[]).flatMap(([, , , seq]) => (seq ? [seq] : []));
}
