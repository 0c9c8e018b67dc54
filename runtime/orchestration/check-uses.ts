/** Checks what shows only at the end of a file: ports used in two ways, scopes, handlers' ports, what starts it. */

import type { Source } from '../contracts/source.ts';
import { nearest } from '../errors/nearest.ts';
import type { Compiler } from './compiler.ts';
import type { Collected } from './create-compiler.ts';
import type { CompiledShape } from './program.ts';
import { blockId } from './program.ts';
import type { ListenShape } from './shapes/listen.ts';
import type { SendShape } from './shapes/send.ts';

export function checkUses({ compiler, uses, shapes, blocks }: Collected, source: Source): void {
  const lineOf = (path: readonly (string | number)[]) => source.locate(path).line;
  for (const [port, { at }] of uses.ports) {
    const [receives, requests] = [at.get('receive'), at.get('request')];
    if (receives && requests) compiler.report('PORT_USE_MIXED', requests, { port, first: lineOf(receives) });
  }
  checkNotifications(shapes, compiler, uses.ports);
  checkScopes(
    [...shapes.values()].filter(({ kind }) => kind === 'scope'),
    compiler,
    uses.scopes,
  );
  checkCaught([...uses.ports.keys()], compiler, uses.caught);
  checkActivations(blocks.get('body')?.[0], compiler, uses.activations);
}

/** What answers a caller goes through no send port that could tell of it. */
function checkNotifications(shapes: Collected['shapes'], compiler: Compiler, ports: Collected['uses']['ports']): void {
  for (const shape of shapes.values()) {
    if (shape.kind !== 'send') continue;
    const { notify, port, path } = shape as SendShape;
    if (notify && ports.get(port)?.at.has('receive'))
      compiler.report('NOTIFICATION_OF_ANSWER', [...path, 'deliveryNotification'], { port }, { part: 'key' });
  }
}

function checkScopes(scopes: readonly CompiledShape[], compiler: Compiler, used: Collected['uses']['scopes']): void {
  const inOrder = scopes.toSorted((a, b) => a.line - b.line);
  const first = new Map<string, number>();
  for (const { name, line, path } of inOrder) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, line);
    else compiler.report('DUPLICATE_SCOPE', [...path, 'name'], { name, first: earlier }, { suggestion: `${name} 2` });
  }
  const known = [...first.keys()];
  for (const { name, path } of used) {
    if (name !== 'all' && !first.has(name))
      compiler.report('UNKNOWN_SCOPE', path, { name }, { unknown: { name, known } });
  }
}

/** A fault's name may hold a dot itself: only what looks like a misspelt port is reported. */
function checkCaught(ports: readonly string[], compiler: Compiler, caught: Collected['uses']['caught']): void {
  for (const { error, path } of caught) {
    const dot = error.indexOf('.');
    const port = error.slice(0, dot);
    if (dot < 1 || ports.includes(port)) continue;
    const suggestion = nearest(port, ports);
    if (suggestion) compiler.report('UNKNOWN_CATCH', path, { port }, { severity: 'warning', suggestion });
  }
}

function checkActivations(
  first: CompiledShape | undefined,
  compiler: Compiler,
  activations: Collected['uses']['activations'],
): void {
  if (activations.length === 0) {
    const suggestion = first?.kind === 'receive' ? { suggestion: `activate: true in line ${first.line}` } : {};
    compiler.report('NO_ACTIVATION', ['body'], {}, { part: 'key', ...suggestion });
  }
  const isFirst = (path: readonly (string | number)[]) => {
    const within = first?.kind === 'parallel' ? path.length === 6 && path[4] === 0 : path.length <= 5;
    return first && within && path.join('.').startsWith(first.id);
  };
  for (const { path } of activations) {
    if (!isFirst(path)) compiler.report('ACTIVATION_NOT_FIRST', path, {}, { part: 'key' });
  }
  if (first?.kind === 'parallel') checkParallelConvoy(first, compiler, activations);
  if (first?.kind !== 'listen' || !activations.some(({ path }) => isFirst(path))) return;
  (first as ListenShape).branches.forEach(({ receive }, index) => {
    if (!receive?.activates) compiler.report('ACTIVATION_NOT_FIRST', [...first.path, index]);
  });
}

/** Whichever branch gets the first message, the others must know which messages belong to it. */
function checkParallelConvoy(
  { id, blocks, path }: CompiledShape,
  compiler: Compiler,
  activations: Collected['uses']['activations'],
): void {
  const heads = blocks.map((block) =>
    activations.find((each) => blockId(each.path).startsWith(`${block}.0.`) && each.path.length === path.length + 3),
  );
  if (heads.every((head) => head === undefined)) return;
  const sets = (head: (typeof heads)[number]) => [...(head?.initialises ?? [])].sort().join();
  const wanted = sets(heads.find((head) => head !== undefined));
  heads.forEach((head, index) => {
    if (!head || sets(head) === '' || sets(head) !== wanted)
      compiler.report('CONVOY_BRANCH', head ? head.path : [...path, index], { parallel: id }, { part: 'key' });
  });
}

/** What would start an instance and reach this one, too, because the set is not known from the first message on. */
export function checkConvoyRaces({ compiler, uses, shapes, awaits }: Collected): void {
  for (const shape of shapes.values()) {
    for (const key of shape.awaits) {
      const { port, type, sets } = awaits.get(key)!;
      const starts = uses.activations.filter(({ activation: each }) => each.port === port && each.messageType === type);
      const known = starts.every(({ initialises }) => sets.every((set) => initialises.includes(set)));
      if (!known && sets.length > 0)
        compiler.report(
          'CONVOY_RACE',
          shape.path,
          { port, sets: sets.join(', ') },
          { part: 'key', severity: 'warning' },
        );
    }
  }
}
