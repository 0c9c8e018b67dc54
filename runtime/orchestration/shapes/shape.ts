/** What a kind of shape is: its part of the file's schema, how it is read and checked, and what it does at run time. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import type { InstanceFailure } from '../../contracts/orchestration.ts';
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import type { Flow, Known, Reached } from '../flow.ts';
import type { CompiledShape } from '../program.ts';
import type { Run } from '../run.ts';
import type { Failure, Frame, Waited } from '../state.ts';

/** Methods are pure but for `run`, which lives one step only. They may throw BusError, which an orchestration can catch. */
export interface ShapeKind<S extends CompiledShape = CompiledShape> {
  /** The key that a step begins with. */
  readonly kind: string;
  readonly schema: JsonSchema;
  /** Whether passing it is worth a line of history. */
  readonly tracked: boolean;
  /** Reports what is wrong; undefined when there is nothing to go on with. */
  compile(value: unknown, path: Path, compiler: Compiler): Parts<S> | undefined;
  flow(shape: S, before: Known, flow: Flow): Reached;
  /** Called when a thread comes to it, and again after each wait that it asked for, with what ended the wait. */
  step(shape: S, run: Run, woken: Waited | undefined): Outcome;
  /** Called when the end of a block within it is reached. Default: next. */
  leave?(shape: S, run: Run, frame: Frame): Outcome;
}

/** What a kind adds to every shape; blocks, later, awaits and makes where it has any. */
export type Parts<S extends CompiledShape> = Omit<S, keyof CompiledShape> &
  Partial<Pick<CompiledShape, 'blocks' | 'later' | 'awaits' | 'makes' | 'name'>>;

export type Outcome =
  | { readonly to: 'next' }
  /** Once more from the beginning. */
  | { readonly to: 'again' }
  | { readonly to: 'wait'; readonly for: readonly Waited[] }
  | { readonly to: 'enter'; readonly frame: Frame }
  | { readonly to: 'raise'; readonly failure: Failure }
  | { readonly to: 'end'; readonly status: 'completed' | 'terminated'; readonly reason: string }
  /** Suspended on purpose: goes on with the next shape when resumed. */
  | { readonly to: 'suspend'; readonly failure: Omit<InstanceFailure, 'shape' | 'line'> };

export const NEXT: Outcome = { to: 'next' };

export const enter = (block: string, more: Partial<Frame> = {}): Outcome => ({
  to: 'enter',
  frame: { block, index: 0, ...more },
});
