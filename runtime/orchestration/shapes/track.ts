/** track: writes a milestone into the history of the instance, in the commit of the step. */
import type { EventData } from '../../contracts/events.ts';
import { isPlain } from '../plain.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { evaluate, type Run, track } from '../run.ts';
import { closed, expression, name, text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface TrackShape extends CompiledShape {
  readonly kind: 'track';
  readonly milestone: string;
  readonly data: readonly { readonly name: string; readonly value: Formula }[];
}

const schema = closed(
  'Writes a milestone into the history',
  {
    name,
    milestone: text('What has been reached'),
    data: {
      type: 'object',
      description: 'What goes with it; anyone who may see the history sees it',
      additionalProperties: expression('The value'),
    },
  },
  ['milestone'],
);

export const milestone: ShapeKind<TrackShape> = {
  kind: 'track',
  schema,
  tracked: false,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a track');
    if (!written) return undefined;
    const given = isPlain(written['data']) ? Object.entries(written['data']) : [];
    const data = given.flatMap(([key, formula]) => {
      const compiled = compiler.formula(formula, [...path, 'data', key]);
      return compiled ? [{ name: key, value: compiled }] : [];
    });
    return { milestone: compiler.text(written['milestone'], [...path, 'milestone']) ?? '', data };
  },

  flow: ({ data }, before, flow) => {
    for (const { value } of data) flow.formula(value, before);
    return before;
  },

  step: ({ milestone: reached, data }, run) => {
    track(run, 'milestone-reached', reached, dataOf(data, run));
    return NEXT;
  },
};

/** What is absent is left out; lists and mappings are told as JSON. */
function dataOf(data: TrackShape['data'], run: Run): EventData {
  const values = data.map(({ name: key, value }) => [key, evaluate(run, value) ?? undefined] as const);
  const present = values.filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, isScalar(value) ? value : JSON.stringify(value)]));
}

const isScalar = (value: unknown): value is EventData[string] => ['string', 'number', 'boolean'].includes(typeof value);
