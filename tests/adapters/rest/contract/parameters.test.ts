/** Parameters in every style of OpenAPI, and as Swagger 2.0 writes them; each document is made for its case. */
import { readParameters } from '../../../../adapters/rest/contract/read-parameters.ts';
import { readContract } from '../../../../runtime/openapi/contract.ts';

interface Raw {
  readonly path?: Record<string, string>;
  readonly query?: string;
  readonly header?: Record<string, string>;
  readonly cookies?: string;
}

function read(
  parameter: object,
  { path = {}, query = '', header = {}, cookies = '' }: Raw,
  document: object = { openapi: '3.1.0' },
) {
  const operation = { operationId: 'a', parameters: [parameter], responses: {} };
  const text = JSON.stringify({ ...document, paths: { '/a/{p}': { get: operation } } });
  const { operations, problems } = readContract('it.json', () => text);
  expect(problems).toEqual([]);
  const parameters = operations[0]!.parameters.filter(({ name }) => name === (parameter as { name: string }).name);
  const { values, faults } = readParameters(parameters, { path, query, header: (name) => header[name], cookies });
  return faults.length > 0 ? faults.map(({ pointer, message }) => `${pointer} ${message}`) : values[0]?.value;
}

const numbers = { type: 'array', items: { type: 'integer' } };
const person = {
  type: 'object',
  properties: { role: { type: 'string' }, age: { type: 'integer' } },
  required: ['role'],
};
const bob = { role: 'admin', age: 7 };
const inPath = (more: object) => ({ name: 'p', in: 'path', required: true, ...more });
const inQuery = (more: object) => ({ name: 'q', in: 'query', ...more });

test.each([
  ['a simple list', { schema: numbers }, '1,2', [1, 2]],
  ['a simple object', { schema: person }, 'role,admin,age,7', bob],
  ['a simple object, exploded', { schema: person, explode: true }, 'role=admin,age=7', bob],
  ['a label', { schema: { type: 'string' }, style: 'label' }, '.a%2Eb', 'a.b'],
  ['a list of labels', { schema: numbers, style: 'label' }, '.1,2', [1, 2]],
  ['a list of labels, exploded', { schema: numbers, style: 'label', explode: true }, '.1.2', [1, 2]],
  ['an object of labels, exploded', { schema: person, style: 'label', explode: true }, '.role=admin.age=7', bob],
  ['a matrix', { schema: { type: 'integer' }, style: 'matrix' }, ';p=5', 5],
  ['a list of a matrix', { schema: numbers, style: 'matrix' }, ';p=1,2', [1, 2]],
  ['a list of a matrix, exploded', { schema: numbers, style: 'matrix', explode: true }, ';p=1;p=2', [1, 2]],
  ['an object of a matrix', { schema: person, style: 'matrix' }, ';p=role,admin,age,7', bob],
  ['an object of a matrix, exploded', { schema: person, style: 'matrix', explode: true }, ';role=admin;age=7', bob],
  ['no label', { schema: { type: 'string' }, style: 'label' }, 'a', ['/p does not begin with .']],
  ['no matrix', { schema: { type: 'string' }, style: 'matrix' }, ';q=1', ['/p is not written as ;p=...']],
  ['half an object', { schema: person }, 'role', ['/p is not written as field,value,field,value']],
  [
    'an object that is none',
    { schema: person, explode: true },
    'role',
    ['/p has the part role, which is not written as field=value'],
  ],
])('in a path: %s', (_, more, text, value) => {
  expect(read(inPath(more), { path: { p: text } })).toEqual(value);
});

test.each([
  ['a list', { schema: numbers }, 'q=1&q=2', [1, 2]],
  ['a list of one', { schema: numbers }, 'q=1', [1]],
  ['a list with commas', { schema: numbers, explode: false }, 'q=1,2', [1, 2]],
  [
    'commas that belong to an item',
    { schema: { type: 'array', items: { type: 'string' } }, explode: false },
    'q=a%2Cb,c',
    ['a,b', 'c'],
  ],
  ['a list with blanks', { schema: numbers, style: 'spaceDelimited', explode: false }, 'q=1%202+3', [1, 2, 3]],
  ['a list with pipes', { schema: numbers, style: 'pipeDelimited', explode: false }, 'q=1|2%7C3', [1, 2, 3]],
  ['an object, exploded', { schema: person }, 'role=admin&age=7&other=1', bob],
  ['an object with commas', { schema: person, explode: false }, 'q=role,admin,age,7', bob],
  ['a deep object', { schema: person, style: 'deepObject', explode: true }, 'q[role]=admin&q[age]=7', bob],
  [
    'JSON',
    { content: { 'application/json': { schema: person } } },
    `q=${encodeURIComponent(JSON.stringify(bob))}`,
    bob,
  ],
  ['no JSON', { content: { 'application/json': { schema: person } } }, 'q=x', ['/q is no JSON']],
  ['either type', { schema: { oneOf: [{ type: 'integer' }, { type: 'boolean' }] } }, 'q=true', true],
  ['a text that looks like a number', { schema: { type: 'string' } }, 'q=007', '007'],
  ['a number that looks like none', { schema: { type: 'integer' } }, 'q=007', ['/q must be integer']],
  ['a number with a fraction', { schema: { type: 'number' } }, 'q=-1.5e2', -150],
  ['nothing, in 3.0', { schema: { type: 'integer', nullable: true } }, 'q=', null],
  ['an empty value that is none', { schema: { type: 'integer' }, allowEmptyValue: true }, 'q=', undefined],
  ['a default', { schema: { type: 'integer', default: 3 } }, '', 3],
  ['none', { schema: { type: 'integer' } }, 'other=1', undefined],
  ['none that is needed', { schema: { type: 'integer' }, required: true }, 'other=1', ['/q is required']],
  ['plus and percent', { schema: { type: 'string' } }, 'q=a+b%2B%26', 'a b+&'],
])('in a query: %s', (_, more, query, value) => {
  expect(read(inQuery(more), { query })).toEqual(value);
});

test('in headers and cookies', () => {
  expect(read({ name: 'X-Ids', in: 'header', schema: numbers }, { header: { 'X-Ids': '1, 2' } })).toEqual([1, 2]);
  expect(
    read({ name: 'X-Who', in: 'header', schema: person, explode: true }, { header: { 'X-Who': 'role=admin,age=7' } }),
  ).toEqual(bob);
  expect(read({ name: 'c', in: 'cookie', schema: { type: 'integer' } }, { cookies: 'b=2; c=3' })).toBe(3);
  expect(read({ name: 'Authorization', in: 'header', required: true, schema: numbers }, {})).toBeUndefined();
});

test.each([
  ['csv', 'q=1,2', [1, 2]],
  [undefined, 'q=1,2', [1, 2]],
  ['ssv', 'q=1%202', [1, 2]],
  ['pipes', 'q=1|2', [1, 2]],
  ['multi', 'q=1&q=2', [1, 2]],
])('Swagger 2.0: a list in the format %s', (collectionFormat, query, value) => {
  const parameter = { name: 'q', in: 'query', type: 'array', items: { type: 'integer' }, collectionFormat };
  expect(read(parameter, { query }, { swagger: '2.0' })).toEqual(value);
});

test('what no parameter can be is told with its place', () => {
  const wrong = (parameter: object) => {
    const operation = { parameters: [parameter], responses: {} };
    const text = JSON.stringify({ openapi: '3.0.0', paths: { '/a': { get: operation } } });
    return readContract('it.json', () => text).problems.map(
      ({ message, place }) => `${place.keys.join('.')} ${message}`,
    );
  };
  expect([
    wrong({ name: 'q', in: 'body' }),
    wrong({ name: 'q', in: 'query', style: 'matrix' }),
    wrong({ name: 'q', in: 'query', content: { 'text/csv': {} } }),
    wrong({ $ref: '#/components/parameters/q' }),
  ]).toEqual([
    ['paths./a.get.parameters.0 a parameter has no name, or no place such as `in: query`'],
    ['paths./a.get.parameters.0 the parameter q is written in the style matrix, which no query has'],
    ['paths./a.get.parameters.0 the parameter q is of text/csv, and only JSON is read'],
    ['paths./a.get.parameters.0 #/components/parameters/q leads nowhere'],
  ]);
});
