/** Makes bad input of good: what a broken sender, a bad line or an attacker would send. */
import type { Random } from '../../runtime/contracts/clock.ts';
import { below, pick } from '../simulation/chance.ts';

const NASTY: readonly (string | Uint8Array)[] = [
  '\u0000',
  '\uFEFF',
  '\uFFFF',
  '\r',
  '\r\n\r\n',
  '"',
  '""',
  "'",
  '\\',
  '\\ud800',
  '<',
  '</',
  '/>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '&',
  '&#0;',
  '&#x110000;',
  '&nosuch;',
  '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]>',
  ' xsi:type="x:y"',
  ' xmlns="urn:other"',
  ' xmlns:p=""',
  '__proto__',
  'constructor',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ': ',
  '- ',
  '&a *a ',
  '!!js/function ',
  '$ref',
  'null',
  'true',
  'NaN',
  '-0',
  '1e999',
  '99999999999999999999999999999999',
  '0.1'.repeat(40),
  '(a+)+$',
  '${',
  '{{',
  '9999-99-99',
  '../../',
  '%',
  Uint8Array.of(0x80),
  Uint8Array.of(0xc0, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xff, 0xfe),
  '{"a":'.repeat(3000),
  '['.repeat(10_000),
  '<a>'.repeat(3000),
  '('.repeat(3000),
  'x'.repeat(20_000),
];

type Change = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const span = (length: number, random: Random): [number, number] => {
  const from = below(length + 1, random);
  return [from, Math.min(length, from + below(random() < 0.8 ? 12 : length + 1, random))];
};

const CHANGES: readonly Change[] = [
  function cut(bytes, random) {
    return bytes.subarray(0, below(bytes.length + 1, random));
  },
  function drop(bytes, random) {
    const [from, to] = span(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(bytes, random) {
    const [from, to] = span(bytes.length, random);
    const times = random() < 0.9 ? 2 : 200;
    return Buffer.concat([
      bytes.subarray(0, from),
      ...new Array(times).fill(bytes.subarray(from, to)),
      bytes.subarray(to),
    ]);
  },
  function flip(bytes, random) {
    if (bytes.length === 0) return bytes;
    const changed = Buffer.from(bytes);
    changed[below(bytes.length, random)]! ^= 1 << below(8, random);
    return changed;
  },
  function insert(bytes, random) {
    const at = below(bytes.length + 1, random);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(NASTY, random) as string), bytes.subarray(at)]);
  },
  function replace(bytes, random) {
    const [from, to] = span(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from), Buffer.from(pick(NASTY, random) as string), bytes.subarray(to)]);
  },
  function swap(bytes, random) {
    const [from, to] = span(bytes.length, random);
    const at = below(from + 1, random);
    return Buffer.concat([
      bytes.subarray(0, at),
      bytes.subarray(from, to),
      bytes.subarray(at, from),
      bytes.subarray(to),
    ]);
  },
  function splice(bytes, random, others) {
    const other = pick(others, random);
    const [from, to] = span(other.length, random);
    const at = below(bytes.length + 1, random);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at)]);
  },
];

const LONGEST = 200_000;

export function mutate(seeds: readonly Buffer[], random: Random): Buffer {
  let bytes = pick(seeds, random);
  for (let count = 1 + below(4, random); count > 0; count -= 1) bytes = pick(CHANGES, random)(bytes, random, seeds);
  return bytes.subarray(0, LONGEST);
}
