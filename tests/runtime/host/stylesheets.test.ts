/** Files through a bus whose send port maps by a stylesheet: the solution of docs/xslt.md, in a process. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { createFileBus, type FileBus, type RunningBus } from './large/bus-of-files.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'xslt.md'), 'utf8');
const written = Object.fromEntries(
  [...page.matchAll(/^`([^`\n]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)].map(([, path = '', text = '']) => [path, text]),
);

const files = {
  ...written,
  'config/bus.yaml': `${written['config/bus.yaml']}store: sqlite:data/box.db\nhttp: { address: 127.0.0.1:0 }\nadmin: { address: 127.0.0.1:0 }\nexpressions: { time: 1s }\n`,
  'config/applications/planning.yaml': written['config/applications/planning.yaml']!.replace(
    'folder: in,',
    'folder: data/in, poll: 50ms, stableFor: 0s,',
  ).replace('folder: out', 'folder: data/out'),
  'mappings/application-to-case.xslt': written['mappings/application-to-case.xslt']!.replace(
    '<p:Case>',
    `<p:Case><xsl:if test="p:Number = 'slow'"><xsl:for-each select="//p:Fee"><xsl:for-each select="//p:Fee"><xsl:if test="count(//p:Fee[. = current()]) = 0">none</xsl:if></xsl:for-each></xsl:for-each></xsl:if>`,
  ),
};

let bus: FileBus;
let running: RunningBus | undefined;
beforeAll(async () => {
  bus = createFileBus(files);
  running = await bus.start();
});
afterAll(async () => {
  await running?.end('SIGKILL');
  bus.remove();
});

function drop(number: string, ...fees: readonly string[]): void {
  const text = `<Application xmlns="urn:planning"><Number>${number}</Number>${fees.map((fee) => `<Fee>${fee}</Fee>`).join('')}</Application>`;
  writeFileSync(bus.path('data', `${number}.xml`), text);
  renameSync(bus.path('data', `${number}.xml`), bus.path('data', 'in', `${number}.xml`));
}

const out = () => readdirSync(bus.path('data', 'out')).filter((name) => !name.startsWith('.'));
const made = () => out().map((name) => readFileSync(bus.path('data', 'out', name), 'utf8'));

async function suspended(): Promise<readonly string[]> {
  const answer = await fetch(`${running!.admin}/suspended`, { headers: { authorization: 'Bearer rows' } });
  const told = (await answer.json()) as { suspended: unknown[] };
  return told.suspended.map((delivery) => JSON.stringify(delivery));
}

test('what the stylesheet makes goes out; what it refuses and what runs on is suspended, and the bus goes on and ends', async () => {
  drop('7', '206.00', '28.50');
  await eventually('the first comes out', () => out().length === 1);
  expect(made()[0]).toMatch(/<(\w+:)?Reference>W\/7<.*Total>234.50</s);
  drop('8', '20000');
  await eventually('the second is suspended', async () => (await suspended()).length === 1);
  expect(await suspended()).toEqual([
    expect.stringMatching(/application-to-case.xslt:\d+:\d+, xsl:message: The fee of 8 is too high/),
  ]);
  drop('slow', ...Array.from({ length: 3_000 }, (_, index) => `${index % 3}.00`));
  await eventually('the third is suspended', async () => (await suspended()).length === 2);
  expect((await suspended()).join()).toContain('it takes longer than 1000 ms');
  drop('9', '1');
  await eventually('the last comes out', () => out().length === 2);
  expect(await running!.end('SIGTERM')).toBe(0);
});
