/**
 * The semantics of orchestrations, case by case: a program, events, and the commands that each must give. Every case is
 * run again with the instance stored and read back before each of its events: a restart anywhere changes nothing.
 */
import { parseDuration } from '../../runtime/contracts/duration.ts';
import type { Program } from '../../runtime/contracts/orchestration.ts';
import { stateProblem } from '../../runtime/orchestration/check-state.ts';
import { Driver } from '../runtime/orchestration/driver.ts';
import { compileText, HEAD } from '../runtime/orchestration/orchestration-fixture.ts';
import { type Case, caseFiles, casesOf } from './cases.ts';

function compiled(body: string): Program {
  const { program, findings } = compileText(HEAD + body.replace(/^/gm, '  '));
  expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  return program!;
}

function play(program: Program, events: Case['events'], restartBefore: number | undefined) {
  const driver = new Driver(program);
  return events.map((event, index) => {
    if (index === restartBefore) driver.restart();
    driver.now += event.after === undefined ? 0 : parseDuration(event.after)!;
    const commands = driver.take(event);
    expect(stateProblem(program, driver.instance)).toBeUndefined();
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
});
