/** listen: waits for several things at once and takes the branch of the first. What came in before is taken first. */
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import { type Flow, join, type Known } from '../flow.ts';
import type { CompiledShape } from '../program.ts';
import { emit, type Run } from '../run.ts';
import type { Waited } from '../state.ts';
import { compileUntil, delaySchema, instantOf, type Until } from './delay.ts';
import { closed, steps } from './fragments.ts';
import { accept, awaitsOf, compileReceive, flowReceive, heldFor, type ReceiveParts, receive } from './receive.ts';
import { enter, type Outcome, type ShapeKind } from './shape.ts';

export interface ListenShape extends CompiledShape {
  readonly kind: 'listen';
  readonly branches: readonly Branch[];
}

interface Branch {
  readonly receive?: ReceiveParts | undefined;
  readonly delay?: Until | undefined;
  readonly block: string;
}

const branch = closed('A branch: what it waits for, and the steps that follow', {
  receive: receive.schema,
  delay: delaySchema,
  do: steps('What is done then'),
});

export const listen: ShapeKind<ListenShape> = {
  kind: 'listen',
  schema: { type: 'array', minItems: 1, description: 'Waits for the first of several things', items: branch },
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.list(value, path);
    const branches = written.flatMap((each, index) => compileBranch(each, [...path, index], compiler));
    const receives = branches.flatMap((each) => each.receive ?? []);
    const awaits = receives.flatMap(awaitsOf);
    return {
      branches,
      awaits,
      makes: receives.map(({ message }) => message),
      blocks: branches.map(({ block }) => block),
    };
  },

  flow: ({ branches }, before, flow) => join(branches.map((each) => flow.block(each.block, known(each, before, flow)))),

  step: ({ branches }, run, woken) => {
    if (woken?.kind === 'timer') return enter(branches[woken.branch]!.block);
    return arrived(branches, run) ?? { to: 'wait', for: branches.map((each, index) => waitFor(each, index, run)) };
  },
};

function known({ receive: first, delay }: Branch, before: Known, flow: Flow): Known {
  if (delay && 'formula' in delay) flow.formula(delay.formula, before);
  return first ? flowReceive(first, before, flow) : before;
}

function compileBranch(value: unknown, path: Path, compiler: Compiler): Branch[] {
  const written = compiler.mapping(value, path, branch, 'a branch of listen');
  if (!written) return [];
  const { receive: first, delay } = written;
  if ((first === undefined) === (delay === undefined)) compiler.report('LISTEN_BRANCH_INVALID', path);
  const parts = first === undefined ? undefined : compileReceive(first, [...path, 'receive'], compiler);
  const until = delay === undefined ? undefined : compileUntil(delay, [...path, 'delay'], compiler);
  return [{ receive: parts, delay: until, block: compiler.block(written['do'] ?? [], [...path, 'do']) }];
}

/** The branch of the message that came first. */
function arrived(branches: readonly Branch[], run: Run): Outcome | undefined {
  const candidates = branches.flatMap((each) => {
    const held = each.receive && heldFor(run, each.receive);
    return held ? [{ parts: each.receive!, block: each.block, held }] : [];
  });
  const { inbox } = run.state;
  const first = candidates.sort((a, b) => inbox.indexOf(a.held) - inbox.indexOf(b.held))[0];
  if (!first) return undefined;
  accept(run, first.parts, first.held);
  return enter(first.block);
}

function waitFor({ receive: first, delay }: Branch, index: number, run: Run): Waited {
  if (first) return { kind: 'message', id: first.key, branch: index };
  return { kind: 'timer', id: emit(run, { kind: 'timer', at: instantOf(delay!, run) }), branch: index };
}
