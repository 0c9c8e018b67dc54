/**
 * The guides are true: their YAML is read and checked as a solution's is, a page with a whole solution compiles and passes
 * its own tests, links lead somewhere, and every function, verb and option is told of.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Command } from 'commander';
import { adapters } from '../../adapters/index.ts';
import { systemConsole } from '../../runtime/cli/main.ts';
import { verbs } from '../../runtime/cli/verbs/index.ts';
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { catalog } from '../../runtime/errors/catalog.ts';
import { compileExpression } from '../../runtime/expressions/compile.ts';
import { signatureOf } from '../../runtime/expressions/function.ts';
import { functions } from '../../runtime/expressions/functions/index.ts';
import { orchestrationSchema } from '../../runtime/orchestration/schema.ts';
import { shapes } from '../../runtime/orchestration/shapes/index.ts';
import { builtInPipelines } from '../../runtime/pipelines/built-in.ts';
import { components } from '../../runtime/pipelines/components/index.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';
import { kindOf, kinds } from '../../runtime/solution/kinds/index.ts';
import { locationOptions, receivePortOptions, sendPortOptions } from '../../runtime/solution/kinds/ports.ts';
import { readYaml } from '../../runtime/solution/read-yaml.ts';
import { runSolutionTests } from '../../runtime/solution/run-tests.ts';
import { checkStructure } from '../../runtime/solution/structure.ts';
import { root } from './tree.ts';

const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const pages = execFileSync('git', list, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const guides = pages.filter((path) => path === 'README.md' || path.startsWith('docs/'));

interface Block {
  readonly language: string;
  readonly line: number;
  readonly text: string;
  /** From its first line where that is a comment, else from the line before it, such as `schemas/a.schema.json`: */
  readonly path: string | undefined;
}

function blocksIn(page: string): Block[] {
  return [...page.matchAll(/^(?:`([^`\n]+)`:\n\n)?```(\w+)\n([\s\S]*?)^```$/gm)].map((found) => {
    const [, before, language = '', text = ''] = found;
    const path = before ?? /^# (\S.*)\n/.exec(text)?.[1];
    return { language, text, path, line: page.slice(0, found.index).split('\n').length };
  });
}

/** Steps that stand alone are checked as the body of an orchestration. */
function whole({ path, text }: Block): { readonly path: string; readonly text: string } | undefined {
  if (path !== 'steps') return path === undefined ? undefined : { path, text };
  const head = 'orchestration: example\nmessages: { a: b }\nbody:\n';
  return { path: 'orchestrations/example.orchestration.yaml', text: head + text.replaceAll(/^/gm, '  ') };
}

/** `page:line CODE message` of everything that is wrong with the YAML of a page, block by block. */
function faultsIn(page: string): string[] {
  return blocksIn(page)
    .filter(({ language }) => language === 'yaml')
    .flatMap((block) => {
      const file = whole(block);
      const kind = file && kindOf(file.path);
      if (!kind) return [`${block.line} names no file of a solution`];
      const { source, findings } = readYaml(file.path, file.text);
      return [...findings, ...checkStructure(source, kind.schema, kind.what)].map(
        ({ code, message }) => `${block.line} ${code} ${message}`,
      );
    });
}

const filesOf = (page: string) =>
  new Map(blocksIn(page).flatMap(({ path, text }) => (path?.includes('/') ? [[path, text] as const] : [])));

function compile(page: string) {
  const resolvePath = (path: string) => join('/nowhere', path);
  return compileSolution(filesOf(page), { adapters, env: {}, resolvePath, missingSecrets: 'warning' });
}

const wrongWith = (page: string) =>
  compile(page)
    .findings.filter(({ code }) => code !== 'SECRET_MISSING')
    .map(({ at, code, message }) => `${at.file}:${at.line} ${code} ${message}`);

test.each(guides)('the YAML of %s is right', (path) => {
  expect(faultsIn(textOf(path))).toEqual([]);
});

const complete = guides.filter((path) => filesOf(textOf(path)).has('config/bus.yaml'));

test.each(complete)('%s holds a whole solution that checks and passes its tests', async (path) => {
  expect(wrongWith(textOf(path))).toEqual([]);
  const { files } = await runSolutionTests(filesOf(textOf(path)), adapters);
  const cases = files.flatMap((file) => file.cases);
  expect(cases.filter(({ passed }) => !passed)).toEqual([]);
  expect(cases.length).toBeGreaterThan(0);
});

describe('the checks themselves', () => {
  const page = textOf('docs/solution.md');

  test('find a wrong block', () => {
    expect(complete).toContain('docs/solution.md');
    expect(wrongWith(page.replace('attempts: 5', 'atempts: 5')).join()).toContain('UNKNOWN_KEY');
    expect(faultsIn(page.replace('pipeline: warden-receive\ndescription', 'pipelne: warden\ndescription'))).not.toEqual(
      [],
    );
    expect(faultsIn('```yaml\nbus: a\n```\n')).toEqual(['1 names no file of a solution']);
    expect(faultsIn('```yaml\n# steps\n- delai: 3d\n```\n').join()).toContain('UNKNOWN_KEY');
  });

  test('find a key that is not told of', () => {
    const schema = { properties: { told: { default: 3 }, untold: {}, moved: { default: 4 } } };
    expect(untoldIn(['| `told` | yes | `3` |', '| `moved` | yes | `5` |'], schema)).toEqual(['untold', 'moved']);
  });

  test('find a name that is not there', () => {
    expect(wrongWith(page.replace('to: permit-receipt', 'to: permit-receit')).join()).toContain('permit-receit');
  });
});

describe('links', () => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading!));

  function deadIn(page: string): string[] {
    const prose = textOf(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : posix.join(posix.dirname(page), path);
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(textOf(file)).includes(anchor);
      });
  }

  test.each(pages)('of %s lead somewhere', (page) => {
    expect(deadIn(page)).toEqual([]);
  });
});

describe('docs/expressions.md', () => {
  const page = textOf('docs/expressions.md');
  const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  const rows = [...functions.values()].map(
    (each) =>
      `| ${code(signatureOf(each))} | ${each.summary} | ${code(each.example.text)} | ${code(JSON.stringify(each.example.gives))} |`,
  );

  test('has the row of every function as the function tells it, and no other', () => {
    expect(page.split('\n').filter((line) => /^\| `\w+\(.*`.*\|.*\|.*\|$/.test(line))).toEqual(rows);
  });
});

describe('docs/functoids.md', () => {
  const lookups = new Map([['subjects', new Map([['pothole', 'PH']])]]);
  const rows = [
    ...textOf('docs/functoids.md').matchAll(/^\| [^|]+ \| (?:[^|`]*: )?`((?:[^`|]|\\\|)+)` \| `([^`]+)` \|$/gm),
  ];

  test('has many examples', () => {
    expect(rows.length).toBeGreaterThan(60);
  });

  test.each(rows.map(([, text, gives]) => [text!.replaceAll('\\|', '|'), gives!]))('%s gives %s', (text, gives) => {
    const { expression, problems } = compileExpression(text, new Map(), { lookups });
    expect(problems).toEqual([]);
    expect(JSON.stringify(expression!.evaluate({}))).toBe(gives);
  });
});

describe('docs/orchestrations.md', () => {
  const page = textOf('docs/orchestrations.md');
  const rows = (text: string) => text.split('\n').filter((line) => line.startsWith('| '));

  test.each([...shapes])('has a section on %s with every key', (kind, { schema }) => {
    const sectionOf = (name: string) => page.split(/^##+ /m).find((part) => part.startsWith(`${name}\n`));
    expect(sectionOf(kind)).toBeDefined();
    const within = kind === 'listen' ? [kind, 'receive'] : [kind];
    const known = [...within.flatMap((name) => rows(sectionOf(name) ?? '')), '| `name` |'];
    expect(untoldIn(known, schema)).toEqual([]);
  });

  test('tells of every key of the file', () => {
    expect(untoldIn(rows(page), orchestrationSchema)).toEqual([]);
  });
});

describe('docs/cli.md', () => {
  const program = new Command();
  for (const verb of verbs) verb.add(program, systemConsole(), () => async () => {});
  const hidden = (command: Command) => !program.createHelp().visibleCommands(program).includes(command);
  const leaves = program.commands
    .filter((command) => !hidden(command))
    .flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
  const nameOf = (command: Command): string =>
    command.parent === program ? command.name() : `${command.parent!.name()} ${command.name()}`;
  const page = textOf('docs/cli.md');

  test.each(leaves.map((command) => [nameOf(command), command] as const))(
    'tells of %s and its options',
    (name, command) => {
      expect(page).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'));
      const missing = command.options.map(({ long }) => long!).filter((option) => !page.includes(`\`${option}`));
      expect(missing).toEqual([]);
    },
  );
});

test('guides name only error codes that exist', () => {
  const known = new Set(Object.keys(catalog));
  const named = guides.flatMap((path) =>
    [...textOf(path).matchAll(/`([A-Z]{3,}(?:_[A-Z]+)+)`/g)].map(([, code]) => `${path} ${code}`),
  );
  const variables = /GUILDHALL_|BROKER_URL/;
  expect(named.filter((entry) => !known.has(entry.split(' ')[1]!) && !variables.test(entry))).toEqual([]);
});

describe('docs/solution.md tells of', () => {
  const page = textOf('docs/solution.md');
  const rowsOf = (path: string) =>
    textOf(path)
      .split('\n')
      .filter((line) => line.startsWith('| '));
  const rows = rowsOf('docs/solution.md');

  const PAGES: Readonly<Record<string, string>> = {
    flat: 'docs/flat-files.md',
    rules: 'docs/orchestrations.md',
    migration: 'docs/orchestrations.md',
    'schema-test': 'docs/testing.md',
    'pipeline-test': 'docs/testing.md',
  };

  /** With those that it refers to. */
  const partsOf = (schema: JsonSchema): JsonSchema[] =>
    [schema, ...Object.values((schema['$defs'] ?? {}) as Record<string, JsonSchema>)].flatMap((part) => [
      part,
      ...((part === schema ? [] : (part['anyOf'] ?? [])) as JsonSchema[]),
    ]);

  test.each(kinds.filter(({ name }) => name !== 'orchestration').map(({ name, schema }) => [name, schema] as const))(
    'every key of %s, with its default',
    (name, schema) => {
      const own = [...rows, ...(name in PAGES ? rowsOf(PAGES[name]!) : [])];
      const untold = name === 'lookup' ? [] : partsOf(schema).flatMap((part) => untoldIn(own, part));
      expect(untold).toEqual([]);
    },
  );

  test.each([
    ['receive ports', receivePortOptions],
    ['locations', locationOptions],
    ['send ports', sendPortOptions],
  ])('every key of %s, with its default', (_, properties) => {
    expect(untoldIn(rows, { properties })).toEqual([]);
  });

  test('every component, its options and every built-in pipeline', () => {
    expect(
      components.flatMap(({ name, config }) =>
        untoldIn(rows, { properties: { [name]: {} } }).concat(untoldIn(rows, config)),
      ),
    ).toEqual([]);
    expect([...builtInPipelines.keys()].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('every property of the bus', () => {
    expect(Object.values(BUS).filter((name) => !rows.some((row) => row.startsWith(`| \`${name}\` |`)))).toEqual([]);
  });
});

/** Keys, at any depth of a schema, that stand in the first cell of no row, or whose row says another default. */
function untoldIn(rows: readonly string[], schema: JsonSchema): string[] {
  const inner = [schema['items'], schema['additionalProperties']].filter((part) => typeof part === 'object' && part);
  const own = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(([key, part]) => {
    const standard = part['default'] === undefined ? '' : `\`${part['default']}\``;
    const found = rows.some((row) => new RegExp(`\\b${key}\\b`).test(row.split(' | ')[0]!) && row.includes(standard));
    return [...(found ? [] : [key]), ...untoldIn(rows, part)];
  });
  return [...own, ...inner.flatMap((part) => untoldIn(rows, part as JsonSchema))];
}
