/** Cuts the bytes of a flat file into records as they come in, whatever their pieces; each knows its number and its place. */
import { BlockCutter, RdwCutter } from './cut-bytes.ts';
import { TextCutter } from './cut-text.ts';
import type { FlatLayout } from './layout.ts';
import type { Piece } from './read-record.ts';

export interface Line extends Piece {
  /** From 1, of the file. */
  readonly number: number;
  /** Bytes before it, from 0. */
  readonly offset: number;
  /** As it lay in the file, with its end. */
  readonly raw: Uint8Array | string;
}

export interface Cutter {
  /** The records that are whole by now. Throws FLAT_SYNTAX, TEXT_NOT_DECODABLE. */
  push(bytes: Uint8Array): Line[];
  /** What is left. */
  end(): Line[];
}

export function createCutter(layout: FlatLayout): Cutter {
  const { by } = layout.framing;
  if (by.kind === 'length') return new BlockCutter(layout.name, layout.encoding, by.length, by.end);
  if (by.kind === 'rdw') return new RdwCutter(layout.name, layout.encoding);
  return new TextCutter(layout);
}
