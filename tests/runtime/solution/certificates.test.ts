/** Certificates that ports name, as `guildhall check` finds them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapters } from '../../../adapters/index.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { type Certificate, createAuthority } from '../../servers/certificates.ts';

let folder: string;
let bus: Certificate;
let other: Certificate;
const DAY = 86_400_000;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-certificates-'));
  const authority = await createAuthority();
  [bus, other] = await Promise.all([authority.issue('bus'), authority.issue('other')]);
  writeFileSync(join(folder, 'bus.pem'), bus.certificate);
  writeFileSync(join(folder, 'chain.pem'), bus.certificate + authority.certificate);
  writeFileSync(join(folder, 'none.pem'), 'no certificate');
  writeFileSync(join(folder, 'broken.pem'), bus.certificate.replace(/[A-Za-z]{20}/, 'AAAA'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function found(tls: string, { days = 1, env = {} as Record<string, string> } = {}): string[] {
  const application = `application: a\nsendPorts:\n  far:\n    transport: rest\n    url: https://far.example\n    pipeline: pass-through\n    tls: ${tls}\n`;
  const files = new Map([
    ['config/bus.yaml', 'bus: test\norganisation: council\nstore: memory\n'],
    ['config/applications/a.yaml', application],
  ]);
  const resolvePath = (path: string) => join(folder, path);
  const now = () => Date.now() + days * DAY;
  const { findings } = compileSolution(files, { adapters, env, resolvePath, now, missingSecrets: 'warning' });
  return findings
    .filter(({ code }) => /CERTIFICATE|MISSING_FILE/.test(code))
    .map(({ at, severity, code, message }) => `${at.line}:${at.column} ${severity} ${code}: ${message}`);
}

test.each([
  ['{ ca: bus.pem }', 1, []],
  ['{ ca: gone.pem }', 1, [/^7:16 error MISSING_FILE/]],
  ['{ ca: none.pem }', 1, [/^7:16 error CERTIFICATE_INVALID: .* no certificate in PEM form\.$/]],
  ['{ ca: . }', 1, [/error CERTIFICATE_INVALID/]],
  ['{ ca: broken.pem }', 1, [/^7:16 error CERTIFICATE_INVALID/]],
  [
    '{ ca: bus.pem }',
    -10,
    [/^7:16 warning CERTIFICATE_EXPIRED: The certificate of bus is good from \d{4}-\d\d-\d\d to .*, not now\.$/],
  ],
  ['{ ca: bus.pem }', 400, [/^7:16 warning CERTIFICATE_EXPIRED/]],
  ['{ ca: bus.pem }', 350, [/^7:16 warning CERTIFICATE_EXPIRES: The certificate of bus is good until/]],
  ['{ ca: chain.pem }', 400, [/of bus /, /of Northmoor Test Authority /]],
  ['{ ca: { secret: GONE } }', 1, []],
] as const)('%s in %i days', (tls, days, wanted) => {
  expect(found(tls, { days })).toEqual(wanted.map((each) => expect.stringMatching(each)));
});

test('keys that are not theirs, or cannot be read', () => {
  const tls = '{ certificate: bus.pem, key: { secret: KEY } }';
  expect(found(tls, { env: { KEY: bus.key } })).toEqual([]);
  expect(found(tls, { env: { KEY: other.key } })).toEqual([expect.stringMatching(/error CERTIFICATE_KEY_UNFIT/)]);
  expect(found(tls, { env: { KEY: 'none' } })).toEqual([
    expect.stringMatching(/CERTIFICATE_INVALID: .*key cannot be read/),
  ]);
  expect(found(tls)).toEqual([]);
  const secret = '{ certificate: { secret: CERT }, key: { secret: KEY } }';
  expect(found(secret, { env: { CERT: bus.certificate, KEY: other.key } })).toHaveLength(1);
});
