/** What is wrong with the shape of a file is told in plain words at its place, all of it. */
import { application } from '../../../runtime/solution/kinds/application.ts';
import { bus } from '../../../runtime/solution/kinds/bus.ts';
import { pipeline } from '../../../runtime/solution/kinds/pipeline.ts';
import { sendPortOptions } from '../../../runtime/solution/kinds/ports.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { checkStructure } from '../../../runtime/solution/structure.ts';

function findings(text: string, schema: Readonly<Record<string, unknown>> = bus.schema, what = 'the bus') {
  return checkStructure(readYaml('a.yaml', text).source, schema, what).map((found) => ({
    ...found,
    at: `${found.at.line}:${found.at.column}`,
  }));
}

const sendPort = { type: 'object', properties: sendPortOptions, required: ['transport'], additionalProperties: false };

test('an unknown key: with those that are known and the nearest', () => {
  expect(findings('bus: a\norganisation: b\nhtpp: { address: "1.2.3.4:80" }\n')).toMatchObject([
    { code: 'UNKNOWN_KEY', at: '3:1', message: '"htpp" is not a key of the bus.', suggestion: 'http' },
  ]);
});

test('a missing key: with what it is for', () => {
  expect(findings('bus: a\n')).toMatchObject([
    {
      code: 'MISSING_KEY',
      at: '1:1',
      message: 'the bus lacks the key "organisation".',
      help: expect.stringContaining('council'),
    },
  ]);
});

test('a misspelt key that must be there is told once', () => {
  expect(findings('bus: a\norganization: b\n')).toMatchObject([
    { code: 'UNKNOWN_KEY', at: '2:1', suggestion: 'organisation' },
  ]);
});

test('a wrong type: what is wanted and what is there', () => {
  expect(findings('bus: a\norganisation: [b]\n')).toMatchObject([
    { code: 'WRONG_TYPE', at: '2:15', message: '"organisation" should be text, not a list.' },
  ]);
});

test('a value that is not allowed: what is', () => {
  expect(findings('transport: a\nretry: { attempts: 0, first: soon }\n', sendPort, 'a send port')).toMatchObject([
    { code: 'NOT_ALLOWED', at: '2:20', message: 'the number 0 is not allowed for "attempts".' },
    {
      code: 'NOT_ALLOWED',
      at: '2:30',
      message: 'the text "soon" is not allowed for "first".',
      help: expect.stringContaining('30s'),
    },
  ]);
});

test('all that is wrong is told, not the first', () => {
  const codes = findings('buss: a\norganisation: 1\nhttp: { adress: x }\nadmin: 5\n').map(
    ({ code, at }) => `${at} ${code}`,
  );
  expect(codes.sort()).toEqual(['1:1 UNKNOWN_KEY', '2:15 WRONG_TYPE', '3:9 UNKNOWN_KEY', '4:8 WRONG_TYPE']);
});

test('one of several shapes: told by the shape that was meant', () => {
  expect(findings('transport: a\nresponse: [b, 5]\n', sendPort, 'a send port')).toMatchObject([
    { code: 'WRONG_TYPE', at: '2:15', message: 'an entry of "response" should be text, not the number 5.' },
  ]);
  const text = 'pipeline: a\nsteps: [b, { c: { d: 1 }, e: {} }]\n';
  expect(findings(text, pipeline.schema, 'a pipeline')).toMatchObject([{ code: 'NOT_ALLOWED', at: '2:12' }]);
});

describe('a key at the wrong level', () => {
  test('too far in', () => {
    expect(findings('transport: a\nretry:\n  attempts: 3\n  timeout: 5s\n', sendPort, 'a send port')).toMatchObject([
      { code: 'MISPLACED_KEY', at: '4:3', suggestion: '0 spaces before it', help: expect.stringContaining('column 1') },
    ]);
  });

  test('too far out', () => {
    const text = 'application: a\nreceivePorts:\n  p:\n    locations:\n      l: { transport: x }\n';
    expect(findings(text, application.schema, 'an application')).toEqual([]);
    const wrong = 'bus: a\norganisation: b\nhttp: {}\naddress: "1.2.3.4:80"\n';
    expect(findings(wrong)).toMatchObject([{ code: 'MISPLACED_KEY', at: '4:1', suggestion: '2 spaces before it' }]);
  });
});
