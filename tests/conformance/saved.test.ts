/** Instances that earlier releases have stored go on under this one as they would have gone on under theirs. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Driver } from '../runtime/orchestration/driver.ts';
import { compileText } from '../runtime/orchestration/orchestration-fixture.ts';
import type { SavedCase } from './save-instances.ts';

const folder = join(import.meta.dirname, 'saved');
const files = globSync('*/*.jsonl', { cwd: folder }).sort();

test('there are some', () => {
  expect(files.length).toBeGreaterThan(0);
});

describe.each(files)('%s', (name) => {
  const lines = readFileSync(join(folder, name), 'utf8').trim().split('\n');
  const cases = lines.map((line) => JSON.parse(line) as SavedCase);

  test.each(cases.map((each) => [each.case, each] as const))('%s', (_, { file, events }) => {
    const { program, findings } = compileText(file);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const { before, event } of events) {
      const driver = Driver.restore(program!, before);
      const commands = driver.take(event);
      const { status, failure } = driver.instance;
      const told = { commands, status, ...(failure ? { failure: failure.code } : {}) };
      const { commands: wanted, status: ends, failure: fails } = event;
      expect(told).toEqual({ commands: wanted, status: ends, ...(fails ? { failure: fails } : {}) });
    }
  });
});
