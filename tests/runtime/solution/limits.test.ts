/** What a far end can bear, and how hosts share it: as written, checked and bound. */
import { compile, small } from './small-solution.ts';

const BUS = 'bus: small\norganisation: council\nstore: memory\n';
const withBus = (text: string) => ({ ...small, 'config/bus.yaml': `${BUS}${text}` });
const withLimit = (limit: string) => ({
  ...small,
  'config/applications/shop.yaml': small['config/applications/shop.yaml']!.replace(
    '    url: http://stock\n',
    `    url: http://stock\n    limit: ${limit}\n`,
  ),
});
const portOf = (files: Readonly<Record<string, string>>) => compile(files).deployment!.sendPorts[0]!;
const told = (files: Readonly<Record<string, string>>, env: Record<string, string> = {}) =>
  compile(files, { env }).findings.map(({ at, code, message }) => `${at.file}:${at.line} ${code} ${message}`);

test('a limit is bound as it is written; a host handles 16 at a time where nothing is said', () => {
  expect(portOf(small).limit).toBeUndefined();
  expect(portOf(small).concurrent).toBe(16);
  expect(portOf(withLimit('{ concurrent: 2, perSecond: 0.5 }'))).toMatchObject({
    concurrent: 2,
    limit: { concurrent: 2, perSecond: 0.5 },
  });
  expect(portOf(withLimit('{ perSecond: 5 }'))).toMatchObject({ concurrent: 16, limit: { perSecond: 5 } });
});

test('a rate that is none is found', () => {
  expect(told(withLimit('{ perSecond: 0 }'))).toEqual([expect.stringContaining('shop.yaml:11 NOT_ALLOWED')]);
  expect(told(withLimit('{ perSecond: many }'))).toEqual([expect.stringContaining('WRONG_TYPE')]);
});

test('hosts share their limits where config/bus.yaml says so', () => {
  expect(compile(small).bus.limits).toBeUndefined();
  expect(compile(withBus('limits: { redis: redis://127.0.0.1:6379/0 }\n')).bus.limits).toEqual({
    redis: 'redis://127.0.0.1:6379/0',
    fallback: 'share',
  });
  const files = {
    ...withBus('limits: { redis: redis://127.0.0.1:6379, fallback: local }\n'),
    'config/environments/live.yaml': 'environment: live\nbus: { limits: { fallback: stop } }\n',
  };
  expect(compile(files, { environment: 'live' }).findings).toEqual([]);
  expect(compile(files, { environment: 'live' }).bus.limits).toEqual({
    redis: 'redis://127.0.0.1:6379',
    fallback: 'stop',
  });
});

test('the URL may be a secret, which must be set; a password may not stand in the file', () => {
  const files = withBus('limits: { redis: { secret: LIMITS_REDIS } }\n');
  expect(told(files)).toEqual([expect.stringMatching(/^config\/bus.yaml:4 SECRET_MISSING .*LIMITS_REDIS/)]);
  expect(told(files, { LIMITS_REDIS: 'redis://user:word@127.0.0.1' })).toEqual([]);
  expect(compile(files, { env: { LIMITS_REDIS: 'x' } }).bus.limits?.redis).toEqual({ secret: 'LIMITS_REDIS' });
  expect(told(withBus('limits: { redis: "redis://user:word@127.0.0.1" }\n'))).toEqual([
    expect.stringMatching(/^config\/bus.yaml:4 /),
  ]);
});

test('what is misspelt or missing is found', () => {
  expect(told(withBus('limits: { fallback: share }\n'))).toEqual([expect.stringContaining('MISSING_KEY')]);
  expect(told(withBus('limits: { redis: redis://a, fallback: wait }\n'))).toEqual([
    expect.stringContaining('NOT_ALLOWED'),
  ]);
});
