/** The repository itself: its top level, its lockfile, and that it speaks of itself alone. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tree.ts';

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

test('the top level is fixed', () => {
  const folders = new Set(tracked.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!));
  const fixed = ['adapters', 'config', 'docs', 'mappings', 'orchestrations', 'runtime', 'schemas', 'tests'];
  expect([...folders].filter((folder) => !folder.startsWith('.')).sort()).toEqual(fixed);
});

test('the lockfile carries no addresses', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "http/);
});

test('the lockfile knows the packages of every platform, without which npm ci refuses', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  const known = Object.keys(lock.packages);
  expect(wanted.filter((name) => !known.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
});

test('no tracked text names a place on a machine', () => {
  const text = tracked.filter(
    (path) => /\.(ts|js|json|md|ya?ml|xsd|wsdl|csv)$/.test(path) && path !== 'package-lock.json',
  );
  const naming = text.filter((path) =>
    /(^|[^A-Za-z0-9_.-])\/(home|root|Users)\/[A-Za-z]/.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(naming).toEqual([]);
});
