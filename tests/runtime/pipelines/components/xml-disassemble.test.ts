import { failure, messageOf, propertiesOf, run } from '../runs.ts';

const order = (id: string) => `<?xml version="1.0"?>\n<o:Order xmlns:o="urn:o"><o:Id>${id}</o:Id></o:Order>`;

test.each([[[]], [['order']], [['one', 'order']]])('the root decides, expecting %j', async (expected) => {
  const [message] = await run('xml-receive', messageOf(order('7')), expected);
  expect(message).toMatchObject({ type: 'order', document: { Id: 7 } });
  expect(propertiesOf(message!)).toEqual({ origin: 'here', 'o.id': 7, 'message.type': 'order' });
});

test('types that share a root need one to be expected', async () => {
  const shared = '<Shared xmlns="urn:o">x</Shared>';
  const error = await failure(run('xml-receive', messageOf(shared)));
  expect(error).toMatchObject({ code: 'XML_ROOT_AMBIGUOUS', message: expect.stringContaining('one, two') });
  expect((await run('xml-receive', messageOf(shared), ['two']))[0]?.type).toBe('two');
});

test('an unknown root names what is near', async () => {
  const error = await failure(run('xml-receive', messageOf('<Oder xmlns="urn:o"/>')));
  expect(error).toMatchObject({ code: 'XML_ROOT_UNRECOGNISED', kind: 'message' });
  expect(error.message).toContain('urn:o#Oder (the nearest is urn:o#Order)');
  expect(await failure(run('xml-receive', messageOf('<x/>'), ['one', 'order']))).toMatchObject({
    code: 'XML_ROOT_UNRECOGNISED',
  });
  expect(await failure(run('xml-receive', messageOf('<x/>'), ['order']))).toMatchObject({ code: 'XML_WRONG_ROOT' });
});

test('a type without a schema takes any root where it is expected', async () => {
  expect((await run('xml-receive', messageOf('<x>1</x>'), ['any', 'order']))[0]).toMatchObject({
    type: 'any',
    document: { x: '1' },
  });
});

test('violations have lines', async () => {
  const error = await failure(run('xml-receive', messageOf(order('x'))));
  expect(error).toMatchObject({ code: 'SCHEMA_VIOLATION', detail: { violations: [{ path: '/Id', line: 2 }] } });
});
