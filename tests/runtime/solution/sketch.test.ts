/** What is read of an orchestration before it compiles is what its compiler finds: else faults around a faulty one are wrong. */
import { join } from 'node:path';
import { adapters } from '../../../adapters/index.ts';
import { compileParts } from '../../../runtime/solution/compile-parts.ts';
import { readSolution } from '../../../runtime/solution/find.ts';
import { loadSolution } from '../../../runtime/solution/load.ts';
import { sketchMap, sketchOrchestration } from '../../../runtime/solution/sketch.ts';

const files = readSolution(join(import.meta.dirname, '../../..'));
const loaded = loadSolution(files);
const { model } = compileParts(files, loaded, { adapters });

test.each(model.orchestrations)('the ports of $name', ({ file, program }) => {
  const { ports } = sketchOrchestration(file.source);
  const plain = (from: typeof ports) =>
    Object.fromEntries(
      [...from].map(([name, { receives, sends, requests }]) => [
        name,
        { receives: [...receives].sort(), sends: [...sends].sort(), requests },
      ]),
    );
  expect(plain(ports)).toEqual(plain(program!.ports));
});

test('the types of every map', () => {
  const maps = loaded.files.filter(({ kind }) => kind.name === 'map');
  expect(maps.length).toBeGreaterThan(0);
  for (const { name, source } of maps) {
    const { sources, target } = model.maps.get(name)!.program!;
    expect(sketchMap(source)).toEqual({ sources, target });
  }
});
