/**
 * The semantics of orchestrations, case by case: a program, events, and the commands that each must give. Every case is
 * run again with the instance stored and read back before each of its events: a restart anywhere changes nothing. And with the instance
 * migrated to a version whose steps stand elsewhere: nor does that.
 */

import { parse, stringify } from 'yaml';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import type { Migration, Program } from '../../runtime/contracts/orchestration.ts';
import { stateProblem } from '../../runtime/orchestration/check-state.ts';
import type { CompiledMigration } from '../../runtime/orchestration/migrate/migration.ts';
import type { State } from '../../runtime/orchestration/state.ts';
import { Driver } from '../runtime/orchestration/driver.ts';
import { compileText, HEAD } from '../runtime/orchestration/orchestration-fixture.ts';
import { type Case, caseFiles, casesOf } from './cases.ts';

function compiled(body: string): Program {
  const { program, findings } = compileText(HEAD + body.replace(/^/gm, '  '));
  expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  return program!;
}

/** The same, with a step more behind the first, and the way there. */
function shifted(body: string): { readonly to: Program; readonly migration: Migration } {
  const steps = parse(body) as unknown[];
  const moved = [steps[0], { assign: { count: 'count + 0' } }, ...steps.slice(1)];
  const to = compiled(stringify(moved));
  const positions = new Map(
    to.body.slice(2).map(({ kind }, index) => [`body.${index + 1}`, `body.${index + 2}.${kind}`] as const),
  );
  const nothing = { variables: new Map(), correlations: new Map() };
  const migration: CompiledMigration = { file: 'shifted', from: [], positions, ...nothing };
  return { to, migration };
}

/** Nothing is to be done but to go on. What waits at the end of the body for deliveries has no step whose position could be told. */
function migrateThere(driver: Driver, to: Program, migration: Migration): void {
  const { threads } = driver.instance.state as State;
  const { block, index } = threads[0]!.frames.at(-1)!;
  const isAtEnd = block === 'body' && index === driver.program.body.length;
  expect(driver.migrate(to, migration)).toEqual(isAtEnd ? expect.stringContaining('no longer where it was') : []);
}

type Before = (driver: Driver) => void;

function play(program: Program, events: Case['events'], restartBefore: number | undefined, before?: Before) {
  const driver = new Driver(program);
  return events.map((event, index) => {
    if (index === restartBefore) (before ?? ((each: Driver) => each.restart()))(driver);
    driver.now += event.after === undefined ? 0 : parseDuration(event.after)!;
    const commands = driver.take(event);
    expect(stateProblem(driver.program, driver.instance)).toBeUndefined();
    const { status, failure } = driver.instance;
    return { commands, status, ...(failure ? { failure: failure.code } : {}) };
  });
}

describe.each(caseFiles)('%s', (name) => {
  const cases = casesOf(name);

  test.each(cases.map((each) => [each.case, each] as const))('%s', (_, { body, events }) => {
    const program = compiled(body);
    const expected = events.map(({ commands, status, failure }) => ({
      commands,
      status,
      ...(failure ? { failure } : {}),
    }));
    expect(play(program, events, undefined)).toEqual(expected);
    for (const [index] of events.entries()) expect(play(program, events, index)).toEqual(expected);
  });

  test.each(cases.map((each) => [each.case, each] as const))('migrated before any event: %s', (_, { body, events }) => {
    const program = compiled(body);
    const expected = play(program, events, undefined);
    const { to, migration } = shifted(body);
    for (const index of events.keys()) {
      if (index === 0) continue;
      if (['completed', 'terminated'].includes(expected[index - 1]!.status)) continue;
      expect(play(program, events, index, (driver) => migrateThere(driver, to, migration))).toEqual(expected);
    }
  });
});
