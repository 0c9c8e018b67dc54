/** What start and call have in common: another orchestration, and the message that it starts with. */
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import type { Plain } from '../plain.ts';

export interface Called {
  readonly orchestration: string;
  readonly message: string;
  readonly initialises: readonly string[];
  readonly follows: readonly string[];
  readonly at: Path;
}

export function compileCall(written: Plain, path: Path, compiler: Compiler): Called {
  const message = compiler.message(written['message'], [...path, 'message']);
  const orchestration = compiler.text(written['orchestration'], [...path, 'orchestration']) ?? '';
  compiler.called({ orchestration, type: compiler.typeOf(message), path });
  const initialises = compiler.sets(written['initialises'], [...path, 'initialises']);
  const follows = compiler.sets(written['follows'], [...path, 'follows']);
  compiler.checkCorrelated(initialises, message, [...path, 'initialises']);
  compiler.checkCorrelated(follows, message, [...path, 'follows']);
  return { orchestration, message: message ?? '', initialises, follows, at: path };
}
