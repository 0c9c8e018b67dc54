/** Contracts are read once for all ports, and again as soon as one of their files is another. */
import { keptContract } from '../../../runtime/openapi/kept-contract.ts';

const contract = (id: string) => `openapi: 3.1.0
paths:
  /a: { get: { operationId: ${id}, responses: { "200": { description: ok, content: { application/json: { schema: { $ref: a.yaml } } } } } } }
`;

test('the same files give the same contract, others another', () => {
  const files: Record<string, string> = { 'api/it.yaml': contract('one'), 'api/a.yaml': 'type: string\n' };
  const read = () => keptContract('api/it.yaml', (path) => files[path]);
  const first = read();
  expect(read()).toBe(first);
  files['api/a.yaml'] = 'type: integer\n';
  const second = read();
  expect(second).not.toBe(first);
  expect(
    second.operations[0]!.responses.get('200')!.content.get('application/json')!.schema!.check('text'),
  ).toHaveLength(1);
  files['api/it.yaml'] = contract('two');
  expect(read().operations.map(({ id }) => id)).toEqual(['two']);
});

test('what has problems is read again: the file that was missing may be there', () => {
  const files: Record<string, string> = { 'api/that.yaml': contract('one') };
  const read = () => keptContract('api/that.yaml', (path) => files[path]);
  expect(read().problems).toHaveLength(1);
  files['api/a.yaml'] = 'type: string\n';
  expect(read()).toMatchObject({ problems: [], operations: [{ id: 'one' }] });
});
