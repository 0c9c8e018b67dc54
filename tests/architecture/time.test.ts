/** Time, chance and the environment come from one place each. */
import { type SourceFile, sources } from './tree.ts';

interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly allowed: RegExp;
}

const RULES: readonly Rule[] = [
  {
    what: 'only runtime/clock/ reads the clock or sets timers',
    pattern:
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bsetTimeout\(|\bsetInterval\(|\bAbortSignal\.timeout\(|process\.hrtime/,
    allowed: /^runtime\/clock\//,
  },
  {
    what: 'chance is handed down from cli/main.ts',
    pattern: /\bMath\.random\b|\brandomUUID\b/,
    allowed: /^runtime\/cli\//,
  },
  {
    what: 'only solution/bind.ts and the command line read the environment',
    pattern: /\bprocess\.env\b/,
    allowed: /^runtime\/(solution\/bind|cli\/main)\.ts$/,
  },
  { what: 'nothing is written to the console', pattern: /\bconsole\.(log|warn|error|info|debug)\(/, allowed: /^$/ },
  { what: 'no default exports', pattern: /^export default\b/m, allowed: /^$/ },
  // The words stand here because this rule looks for them; nothing is skipped or silenced.
  { what: 'no unfinished work', pattern: /\bTODO\b|\bFIXME\b|not implemented|@ts-ignore|@ts-nocheck/, allowed: /^$/ },
];

function problems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => {
      const code = line.replace(/^\s*(\/\/|\*|\/\*).*/, '');
      const broken = RULES.filter(({ pattern, allowed }) => pattern.test(code) && !allowed.test(path));
      return broken.map(({ what }) => `${path}:${index + 1} ${what}`);
    }),
  );
}

test('time, chance, environment and console come from their one place', () => {
  expect(problems(sources('runtime', 'adapters'))).toEqual([]);
});

test('the rule bites', () => {
  const text = 'const now = Date.now();\nsetTimeout(() => {}, 1);\nexport default 1;';
  expect(problems([{ path: 'runtime/host/made.ts', text, lines: text.split('\n') }])).toHaveLength(3);
});
