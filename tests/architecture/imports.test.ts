/** Who may import whom. A failure names the file, the line and the rule. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Import, importsOf, root, type SourceFile, sources } from './tree.ts';

const EVERYWHERE = ['contracts', 'errors', 'events'];
const PARTS = [
  'clock',
  'limits',
  'replays',
  'message-box',
  'expressions',
  'schemas',
  'pipelines',
  'maps',
  'orchestration',
];

/** What each folder of runtime/ may import beside itself. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  errors: ['contracts'],
  events: ['contracts'],
  files: ['contracts', 'errors'],
  openapi: [...EVERYWHERE, 'schemas'],
  clock: EVERYWHERE,
  limits: EVERYWHERE,
  replays: EVERYWHERE,
  'message-box': EVERYWHERE,
  expressions: EVERYWHERE,
  schemas: EVERYWHERE,
  pipelines: [...EVERYWHERE, 'files', 'schemas', 'expressions'],
  maps: [...EVERYWHERE, 'schemas', 'expressions'],
  orchestration: [...EVERYWHERE, 'expressions'],
  solution: [...EVERYWHERE, 'expressions', 'schemas', 'pipelines', 'maps', 'orchestration'],
  tracking: EVERYWHERE,
  host: [...EVERYWHERE, ...PARTS, 'solution', 'tracking'],
  admin: [...EVERYWHERE, ...PARTS, 'solution', 'tracking', 'host', 'adapters'],
  testing: [...EVERYWHERE, ...PARTS, 'solution', 'tracking', 'host'],
  cli: [...EVERYWHERE, ...PARTS, 'solution', 'tracking', 'host', 'admin', 'testing', 'adapters', 'openapi'],
};

/** Packages that only these places may import. */
const PACKAGES: readonly { readonly name: RegExp; readonly only: RegExp }[] = [
  { name: /^(node:sqlite|pg|better-sqlite3)$/, only: /^(runtime\/message-box|adapters\/sql)\// },
  { name: /^(express)$/, only: /^(runtime\/admin|adapters\/(rest|soap))\// },
  { name: /^(soap|xml-crypto)$/, only: /^adapters\/soap\// },
  { name: /^(amqplib)$/, only: /^adapters\/amqp\// },
  { name: /^(jose)$/, only: /^adapters\/shared\/(access|client)\// },
  { name: /^(openpgp)$/, only: /^runtime\/pipelines\// },
  { name: /^(croner)$/, only: /^adapters\/timer\// },
  { name: /^(ssh2|ssh2-sftp-client)$/, only: /^adapters\/sftp\// },
  { name: /^(ioredis)$/, only: /^(runtime\/(limits|replays)|adapters\/redis)\// },
  { name: /^(pino|commander)$/, only: /^runtime\/cli\// },
  { name: /^@marcbachmann\/cel-js/, only: /^runtime\/expressions\// },
  { name: /^(ajv|ajv-formats|libxml2-wasm)/, only: /^runtime\/(schemas|openapi|pipelines|solution|testing)\// },
];

const all = sources('runtime', 'adapters');
const folderOf = (path: string) => path.split('/')[1]!;

function problemOf(file: SourceFile, found: Import): string | undefined {
  if (found.target === undefined) return packageProblem(file, found);
  if (!/\.(ts|js|json)$/.test(found.specifier)) return 'relative imports carry their suffix';
  if (!existsSync(join(root, found.target))) return `there is no ${found.target}`;
  const [top] = found.target.split('/');
  if (file.path.startsWith('adapters/')) return adapterProblem(file, found.target);
  const from = folderOf(file.path);
  const to = top === 'adapters' ? 'adapters' : folderOf(found.target);
  if (top === 'tests') return 'the product imports no tests';
  if (to === 'adapters' && !/^adapters\/index\.ts$/.test(found.target))
    return 'only adapters/index.ts may be imported from outside';
  if (from === to || RULES[from]?.includes(to)) return undefined;
  return `runtime/${from} may import ${RULES[from]?.join(', ') || 'nothing'}, not ${to}`;
}

function adapterProblem(file: SourceFile, target: string): string | undefined {
  const own = file.path.split('/').slice(0, 2).join('/');
  if (file.path === 'adapters/index.ts') return undefined;
  if (
    target.startsWith(`${own}/`) ||
    /^(runtime\/(contracts|errors|events|files|openapi)|adapters\/shared)\//.test(target)
  )
    return undefined;
  return 'an adapter imports the contracts, the errors, the names of files, OpenAPI, what adapters share and its own folder only';
}

function packageProblem(file: SourceFile, { specifier }: Import): string | undefined {
  const rule = PACKAGES.find(({ name, only }) => name.test(specifier) && !only.test(file.path));
  if (rule) return `${specifier} belongs to ${rule.only.source}`;
  const builtin = /^(fs|path|http|https|net|crypto|stream|util|events|os|url|zlib|child_process|timers)(\/|$)/.test(
    specifier,
  );
  return builtin ? 'built-in modules are imported as node:…' : undefined;
}

function problemsIn(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((found) => {
      const problem = problemOf(file, found);
      return problem ? [`${file.path}:${found.line} ${found.specifier}: ${problem}`] : [];
    }),
  );
}

describe('imports', () => {
  test('every folder imports only what it may', () => {
    expect(problemsIn(all)).toEqual([]);
  });

  test('every folder of runtime/ has a rule', () => {
    const folders = readdirSync(join(root, 'runtime'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => RULES[name] === undefined)).toEqual([]);
  });

  test('the rule bites', () => {
    const made = (path: string, text: string): SourceFile => ({ path, text, lines: text.split('\n') });
    const wrong = [
      made('runtime/contracts/message.ts', "import { a } from '../errors/catalog.ts';"),
      made('runtime/maps/compile.ts', "import { a } from '../orchestration/advance.ts';"),
      made('adapters/file/send.ts', "import { a } from '../rest/send.ts';"),
      made('runtime/host/send.ts', "import { DatabaseSync } from 'node:sqlite';"),
    ];
    expect(problemsIn(wrong)).toHaveLength(wrong.length);
  });

  test('there are no cycles', () => {
    expect(cyclesIn(all)).toEqual([]);
  });
});

/** Cycles over imports that exist at run time: type-only ones vanish. */
function cyclesIn(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, runtimeTargets(file)]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}

function runtimeTargets(file: SourceFile): string[] {
  const typeOnly = /^\s*(?:import|export)\s+type\b/;
  return importsOf(file)
    .filter(({ line }) => !typeOnly.test(file.lines[line - 1] ?? ''))
    .flatMap(({ target }) => (target ? [target] : []));
}
