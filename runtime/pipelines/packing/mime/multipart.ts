/** Takes multiparts apart: each part is a view of the whole, as it came. Source: RFC 2046, 5.1 */
import { nextDelimiter } from '../../../files/multipart-delimiter.ts';
import { type Entity, essenceOf, mimeBroken, parameterOf, readEntity, typeOf } from './entity.ts';

/** Multiparts within multiparts. */
const DEEPEST = 8;

export const isMultipart = (contentType: string): boolean => essenceOf(contentType).startsWith('multipart/');

/** The parts of one multipart, nested ones whole. Throws BusError PACKING_BROKEN. */
export function partsOf(body: Buffer, contentType: string, most: number): readonly Entity[] {
  const boundary = parameterOf(contentType, 'boundary');
  if (!boundary) throw mimeBroken('its content type has no boundary');
  const parts: Entity[] = [];
  let at = nextDelimiter(body, boundary, 0);
  if (!at) throw mimeBroken(`the boundary ${boundary.slice(0, 70)} is nowhere`);
  while (!at.last) {
    const next = nextDelimiter(body, boundary, at.end);
    if (!next) throw mimeBroken(`part ${parts.length + 1} has no end`);
    if (parts.length >= most) throw mimeBroken(`it has more than ${most} parts`);
    parts.push(readEntity(body.subarray(at.end, Math.max(at.end, next.start))));
    at = next;
  }
  return parts;
}

/** The parts that are no multiparts themselves, in order. Throws BusError PACKING_BROKEN. */
export function leavesOf(body: Buffer, contentType: string, most: number, depth = 1): readonly Entity[] {
  if (depth > DEEPEST) throw mimeBroken(`its multiparts are nested deeper than ${DEEPEST}`);
  const leaves: Entity[] = [];
  for (const part of partsOf(body, contentType, most)) {
    const type = typeOf(part);
    leaves.push(...(isMultipart(type) ? leavesOf(part.body, type, most, depth + 1) : [part]));
    if (leaves.length > most) throw mimeBroken(`it has more than ${most} parts`);
  }
  return leaves;
}
