/** Two versions of an orchestration, and where the steps of the earlier one are in the later one. */
import type { CompiledProgram, CompiledShape } from '../program.ts';
import { findStep } from './find-step.ts';
import type { CompiledMigration } from './migration.ts';
import { Unfit } from './unfit.ts';

export interface Versions {
  readonly before: CompiledProgram;
  readonly after: CompiledProgram;
  /** Places of the earlier version to those of the later one, as far as they are declared. */
  readonly declared: ReadonlyMap<string, string>;
  /** Of the later version: the step that holds a block. */
  readonly holders: ReadonlyMap<string, CompiledShape>;
}

export function versionsOf(
  before: CompiledProgram,
  after: CompiledProgram,
  migration: CompiledMigration | undefined,
): Versions {
  const positions = [...(migration?.positions ?? [])].map(([text, place]): [string, string] => {
    const step = findStep(before, text);
    if (!step) throw new Unfit(`${migration!.file} names "${text}", and its version has no one step that is called so`);
    return [step.id, place];
  });
  const holders = [...after.shapes.values()].flatMap((shape) =>
    shape.blocks.map((block): [string, CompiledShape] => [block, shape]),
  );
  return { before, after, declared: new Map(positions), holders: new Map(holders) };
}

/** Where a scope is that has completed: as declared, otherwise the one of its name. */
export function scopeAfter({ before, after, declared }: Versions, id: string): string {
  const was = before.shapes.get(id)!;
  const place = declared.get(id);
  const is = place === undefined ? namedScope(after, was.name) : after.shapes.get(place);
  if (is?.kind !== 'scope') throw new Unfit(`the scope "${was.name}", which has completed, is there no more`);
  return is.id;
}

const namedScope = ({ shapes }: CompiledProgram, name: string) =>
  [...shapes.values()].find((shape) => shape.kind === 'scope' && shape.name === name);
