/** Secrets come from the environment that was handed in, or from a file; names cannot leave the folder. */
import { requiring, secretsFrom } from '../../../runtime/solution/secrets.ts';

const read: string[] = [];
const secrets = secretsFrom({
  env: { FROM_ENV: 'a', BOTH: 'env', EMPTY: '' },
  folder: 'config/secrets',
  resolvePath: (path) => `/bus/${path}`,
  readFile: (path) => {
    read.push(path);
    return new Map([
      ['/bus/config/secrets/FROM_FILE', 'b\n'],
      ['/bus/config/secrets/BOTH', 'file'],
    ]).get(path);
  },
});

test('the environment wins over the file; one line break at the end is not part of it', () => {
  expect(['FROM_ENV', 'FROM_FILE', 'BOTH', 'EMPTY', 'NONE'].map(secrets)).toEqual(['a', 'b', 'env', '', undefined]);
});

test('a name cannot lead out of the folder, nor to what every object has', () => {
  read.length = 0;
  expect(['../key', '..', 'a/b', '', 'toString'].map(secrets)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(read).toEqual(['/bus/config/secrets/toString']);
});

test('adapters get an error that names the secret', () => {
  expect(() => requiring(secrets)('NONE')).toThrow('The secret NONE is not set.');
});
