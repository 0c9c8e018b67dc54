/** Messages as rows: the context as JSON {p: promoted, c: carried}, the parts as references to bytes stored once. */
import type { Context, Message, Property, Scalar } from '../../contracts/message.ts';

export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly interchange: string;
  readonly type: string | null;
  readonly at: number;
  readonly context: string;
  readonly parts: string;
}

/** Name, content type, size, and where the bytes lie. */
export type PartReference = readonly [name: string, contentType: string, size: number, seq: number];

type Values = Record<string, Scalar>;

export function encodeContext(context: Context): string {
  const p: Values = Object.create(null);
  const c: Values = Object.create(null);
  for (const [name, { value, promoted }] of context) (promoted ? p : c)[name] = value;
  return JSON.stringify({ p, c });
}

export function decodeContext(text: string): Context {
  const { p, c } = JSON.parse(text) as { p: Values; c: Values };
  const context = new Map<string, Property>();
  for (const name of Object.keys(p)) context.set(name, { value: p[name]!, promoted: true });
  for (const name of Object.keys(c)) context.set(name, { value: c[name]!, promoted: false });
  return context;
}

export function decodeMessage(row: MessageRow, partAt: (reference: PartReference) => Message['parts'][0]): Message {
  const [body, ...rest] = (JSON.parse(row.parts) as PartReference[]).map(partAt);
  return {
    id: row.id,
    interchange: row.interchange,
    type: row.type ?? undefined,
    parts: [body!, ...rest],
    context: decodeContext(row.context),
  };
}
