/** Expressions that cannot be read: each with what was meant, checked against the types around it. */
import { compileExpression } from '../../../runtime/expressions/compile.ts';
import { scope } from './logical.ts';

const suggested = (expression: string) => compileExpression(expression, scope).problems.map((each) => each.suggestion);

test.each([
  ['report.id = "a"', 'report.id == "a"'],
  ['report.id === "a"', 'report.id == "a"'],
  ['report.id <> "a"', 'report.id != "a"'],
  ['report.size => 3', 'report.size >= 3'],
  ['report.size > 1 and report.size < 3', 'report.size > 1 && report.size < 3'],
  ['report.size > 1 OR report.size < 3', 'report.size > 1 || report.size < 3'],
  ['report.size > 1 | report.size < 3', 'report.size > 1 || report.size < 3'],
  ['not has(report.note)', '!has(report.note)'],
  ['report.note ?? "none"', 'coalesce(report.note, "none")'],
  ['report?.id', 'report.id'],
  ['${report.id}', 'report.id'],
  ['{{report.id}}', 'report.id'],
  ['if(report.size > 1, "b", "c")', '(report.size > 1 ? "b" : "c")'],
  ['report.size > 1 ? "b" ; "c"', 'report.size > 1 ? "b" : "c"'],
  ['report.size > 1 ? "b"', 'report.size > 1 ? "b" : ""'],
  ['report.id contains "b"', 'report.id.contains("b")'],
  ['upper(report.id', 'upper(report.id)'],
  ['upper(report.id))', 'upper(report.id)'],
  ['truncate(report.id, 20 + "x"', 'truncate(report.id, 20) + "x"'],
  ['upper(report.id + lower(report.id', 'upper(report.id + lower(report.id))'],
  ['report.category in ["litter"', 'report.category in ["litter"]'],
  ['"Report + report.id', '"Report" + report.id'],
  ['truncate("Report " + report.id + ", 20)', 'truncate("Report " + report.id + "", 20)'],
  ['“Report ” + report.id', '"Report " + report.id'],
  ['report.id "x"', 'report.id + "x"'],
  ['truncate(report.id 20)', 'truncate(report.id, 20)'],
  ['upper report.id', 'upper(report.id)'],
  ['report id', 'report.id'],
  ['report.id +', 'report.id'],
  ['report.id + + "x"', 'report.id + "x"'],
  ['report.id;', 'report.id'],
  ['"a = b" = report.id', '"a = b" == report.id'],
])('%s: %s', (expression, meant) => {
  expect(suggested(expression).map((each) => each?.replace(/ +/g, ' '))).toEqual([meant]);
  expect(suggested(meant)).toEqual([]);
});

test('a long expression is shown around the place that changed', () => {
  const long = Array.from({ length: 30 }, () => 'report.id').join(' + ');
  const [suggestion] = suggested(`${long} + upper(report.id + ${long}`);
  expect(suggestion!.length).toBeLessThan(170);
  expect(suggestion).toContain(')');
});

test('what cannot be guessed, or is too long to try, has none', () => {
  expect(suggested(')(')).toEqual([undefined]);
  expect(suggested(`${'report.id + '.repeat(200)}`)).toEqual([undefined]);
});
