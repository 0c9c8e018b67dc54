/** An element while it is read. */
import { AsWritten } from './as-written.ts';
import type { Fragment } from './fragment.ts';
import type { Walk } from './xsd/content-automaton.ts';
import type { AttributeModel, ComplexModel, ElementModel, SimpleModel, TypeModel } from './xsd/model.ts';

export interface Target {
  readonly key: string;
  readonly list: boolean;
}

export interface Frame {
  readonly element: ElementModel;
  readonly target: Target | undefined;
  type: TypeModel;
  value: Record<string, unknown>;
  text: string;
  nil: boolean;
  attributed: boolean;
  /** Of mixed content. */
  fragment: Fragment | undefined;
  /** The keys of the children so far, where their order is a matter of the document. */
  order: string[] | undefined;
  /** What the values do not tell: of the object itself, and of a plain value for the one that holds it. */
  written: AsWritten | undefined;
  spelled: string | undefined;
  /** Through its content model. */
  readonly walk: Walk | undefined;
}

/** Of a start tag with its attributes: nothing of the element is for the validator. */
export function isJudged({ element, type, value }: Frame): boolean {
  if (element.abstract || element.fallback !== undefined) return false;
  if (type.kind === 'simple') return true;
  if (type.abstract || type.anything || type.content === 'xml') return false;
  return type.attributes.every(({ required, key }) => !required || Object.hasOwn(value, key));
}

export const isCertain = ({ type, fixed }: AttributeModel, value: string): boolean =>
  (fixed === undefined || fixed === value) && type.certain?.(value) === true;

export function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}

export function writtenOf(frame: Frame): AsWritten {
  frame.written ??= new AsWritten();
  return frame.written;
}

/** The text, where the value alone would be written otherwise. */
export function spelledOf(type: SimpleModel, value: unknown, text: string): string | undefined {
  if (value === text || type.prefixed || type.write(value, (name) => name) === text) return undefined;
  return text;
}

/** Notes in the parent how a plain value was written. */
export function spellIn(parent: Frame, { target, written, spelled }: Frame, value: unknown): void {
  const { type, nil } = written ?? {};
  if (!target || (spelled === undefined && type === undefined && nil === undefined)) return;
  const before = target.list ? parent.value[target.key] : undefined;
  const index = Array.isArray(before) ? before.length : 0;
  writtenOf(parent).spell(target.key, index, { value, text: spelled, type, nil });
}

/** Attributes come in any order. */
export function inSchemaOrder(value: Record<string, unknown>, { attributes }: ComplexModel): Record<string, unknown> {
  const ordered: Record<string, unknown> = {};
  if (Object.hasOwn(value, 'xsi:type')) ordered['xsi:type'] = value['xsi:type'];
  for (const { key } of attributes) if (Object.hasOwn(value, key)) ordered[key] = value[key];
  return Object.assign(ordered, value);
}
