/** for-each: does its steps for every item of a list, one after the other or beside each other. The list is looked at once. */
import { busError } from '../../errors/bus-error.ts';
import { branchOff } from '../branches.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { evaluate, type Run } from '../run.ts';
import type { Frame } from '../state.ts';
import { closed, expression, name, steps, text } from './fragments.ts';
import { enter, NEXT, type Outcome, type ShapeKind } from './shape.ts';

export interface ForEachShape extends CompiledShape {
  readonly kind: 'for-each';
  readonly in: Formula | undefined;
  readonly as: string;
  readonly parallel: boolean;
  readonly block: string;
}

const schema = closed(
  'Repeats steps for every item of a list',
  {
    name,
    in: expression('The list'),
    as: text('The name by which expressions within know the item'),
    parallel: { type: 'boolean', description: 'Whether all items are dealt with beside each other' },
    do: steps('What is done for each'),
  },
  ['in', 'as', 'do'],
);

export const forEach: ShapeKind<ForEachShape> = {
  kind: 'for-each',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a for-each');
    if (!written) return undefined;
    const list = compiler.formula(written['in'], [...path, 'in'], { kind: 'list', of: { kind: 'any' } });
    const type = list?.expression.type;
    const as = compiler.text(written['as'], [...path, 'as']) ?? '';
    const item = type?.kind === 'list' ? type.of : ({ kind: 'any' } as const);
    const block = compiler.naming(as, item, [...path, 'as'], () => compiler.block(written['do'], [...path, 'do']));
    const beside = written['parallel'] === true;
    return { in: list, as, parallel: beside, block, blocks: [block], later: beside ? [] : [block] };
  },

  flow: ({ in: list, block }, before, flow) => {
    if (list) flow.formula(list, before);
    flow.block(block, before);
    return before;
  },

  step: (shape, run, woken) => {
    if (woken) return NEXT;
    const items = listOf(shape, run);
    if (items.length === 0) return NEXT;
    if (!shape.parallel) return enterRound(shape, items);
    return branchOff(
      run,
      items.map((item) => roundOf(shape, [item])),
    );
  },

  leave: (shape, _, { item }) => (item && item.rest.length > 0 ? enterRound(shape, item.rest) : NEXT),
};

/** What is absent has no items. */
function listOf({ in: list }: ForEachShape, run: Run): readonly unknown[] {
  const value = list ? (evaluate(run, list) ?? []) : [];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw busError('EXPRESSION_FAILED', { expression: list!.expression.text, reason: 'it gives no list' });
}

function roundOf({ block, as }: ForEachShape, [value, ...rest]: readonly unknown[]): Frame {
  return { block, index: 0, item: { name: as, value: value ?? null, rest } };
}

const enterRound = (shape: ForEachShape, items: readonly unknown[]): Outcome =>
  enter(shape.block, roundOf(shape, items));
