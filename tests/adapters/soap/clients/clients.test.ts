/** Clients that are not ours: curl, Java's and Python's own HTTP, without a SOAP library. One that is not installed is skipped, and says so. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answering, bodyText, closeLocation, envelope, openLocation } from '../open-location.ts';

const run = promisify(execFile);
const has = (program: string, ...version: string[]) => spawnSync(program, version).status === 0;

/** Whoever runs the tests need not have these; what was not tried stands in the report. */
const testWith = (program: string, version: string) => (name: string, work: () => Promise<void>, limit?: number) =>
  has(program, version) ? test(name, work, limit) : test.skip(`${name} (${program} is not installed)`, work);

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>Größe</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const serve = () => openLocation({ wsdl: WSDL }, answering(ANSWER), { twoWay: true });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-clients-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(closeLocation);

testWith('curl', '--version')(
  'curl: the WSDL with all that it imports, a long call that waits for 100 Continue',
  async () => {
    const { url, seen } = await serve();
    const wsdl = (await run('curl', ['-sSf', `${url}?wsdl`])).stdout;
    expect(wsdl).toContain(`location="${url}"`);
    const imported = [...wsdl.matchAll(/schemaLocation="([^"]+)"/g)].map(([, address]) =>
      address!.replaceAll('&amp;', '&'),
    );
    expect(imported).toEqual([`${url}?xsd=1`]);
    const first = (await run('curl', ['-sSf', imported[0]!])).stdout;
    const second = /schemaLocation="([^"]+)"/.exec(first)![1]!;
    expect((await run('curl', ['-sSf', second])).stdout).toContain(':schema');
    const file = join(folder, 'call.xml');
    const long = OPEN.replace('Größe', `Größe ${'x'.repeat(1_500_000)}`);
    writeFileSync(file, envelope(long));
    const call = [
      '-sS',
      '-H',
      'Content-Type: text/xml; charset=utf-8',
      '-H',
      'SOAPAction: ""',
      '-H',
      'Expect: 100-continue',
    ];
    const { stdout } = await run('curl', [...call, '--data-binary', `@${file}`, '-w', '%{http_code}', url]);
    expect(stdout).toMatch(/<Number>0042<\/Number>[\s\S]*200$/);
    expect((await bodyText(seen[0])).length).toBe(long.length);
    expect(readFileSync(file, 'utf8')).toContain(long);
  },
);

// To run a source file it takes the compiler, which a runtime alone lacks.
testWith('javac', '-version')(
  "Java: its schemas by the WSDL's own addresses, an answer that they take, a fault",
  async () => {
    const { url, seen } = await serve();
    const program = join(import.meta.dirname, 'Client.java');
    const call = async (body: string) =>
      (await run('java', ['-Dfile.encoding=UTF-8', program, url, body])).stdout.trim();
    expect(await call(OPEN)).toBe('200 OpenCaseResponse 0042');
    expect(await bodyText(seen[0])).toContain('Größe');
    expect(await call('<gone/>')).toMatch(/^500 Fault soap:Client.*There is no operation for gone/);
  },
  30_000,
);

testWith('python3', '--version')(
  'Python: in chunks, over a connection that is kept, with a fault between',
  async () => {
    const { url, seen } = await serve();
    const { stdout } = await run('python3', [join(import.meta.dirname, 'client.py'), url, OPEN]);
    expect(stdout.trim().split('\n')).toEqual([
      '200 OpenCaseResponse 0042',
      '200 OpenCaseResponse 0042',
      expect.stringMatching(/^500 Fault soap:Client.*There is no operation for gone/),
    ]);
    expect(await bodyText(seen[0])).toContain('Größe');
  },
);
