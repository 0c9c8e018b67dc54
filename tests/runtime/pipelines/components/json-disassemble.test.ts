import { failure, messageOf, propertiesOf, run } from '../runs.ts';

test('the only expected type is it: typed, parsed, promoted, bytes as they came', async () => {
  const input = messageOf('{"id": "a", "level": 2}');
  const [message] = await run('json-receive', input, ['report']);
  expect(message).toMatchObject({ id: 'm', interchange: 'i', type: 'report', document: { id: 'a', level: 2 } });
  expect(message!.parts).toBe(input.parts);
  expect(propertiesOf(message!)).toEqual({ origin: 'here', 'r.id': 'a', 'message.type': 'report' });
});

test('of several, the first whose schema it keeps to', async () => {
  const [first] = await run('json-receive', messageOf('{"level": 2}'), ['report', 'level']);
  expect(first?.type).toBe('level');
  const error = await failure(run('json-receive', messageOf('{"level": "x"}'), ['report', 'level']));
  expect(error).toMatchObject({ code: 'MESSAGE_TYPE_UNMATCHED', kind: 'message' });
  expect(error.message).toContain('report (/ lacks the field id), level (/level must be integer)');
});

test('types of other formats do not count; none is an error that says what to set', async () => {
  expect((await run('json-receive', messageOf('{"id":"a"}'), ['order', 'report']))[0]?.type).toBe('report');
  for (const expected of [[], ['order'], ['nonesuch']]) {
    const error = await failure(run('json-receive', messageOf('{}'), expected));
    expect(error).toMatchObject({ code: 'MESSAGE_TYPE_UNDECIDED', help: expect.stringContaining('message: <type>') });
  }
});

test('all violations are told at once, with places', async () => {
  const error = await failure(run('json-receive', messageOf('{\n"level": "x"}'), ['report']));
  expect(error).toMatchObject({ code: 'SCHEMA_VIOLATION', kind: 'message' });
  expect(error.message).toContain('in 2 places: / lacks the field id (line 1:1); /level must be integer (line 2:10)');
  expect(error.detail).toMatchObject({ type: 'report', violations: [{ path: '' }, { path: '/level', line: 2 }] });
});

test('what is not JSON is refused', async () => {
  expect(await failure(run('json-receive', messageOf('{'), ['report']))).toMatchObject({ code: 'JSON_SYNTAX' });
});
