/** `parameters` of a map with a stylesheet: an expression over the sources for each xsl:param that is to have one. */
import { finding } from '../../errors/finding.ts';
import { compileTyped } from '../../expressions/compile.ts';
import { describe } from '../../expressions/logical-type.ts';
import { ANY, type Frame, type Run, type Typed, type Variable } from '../../expressions/typed.ts';
import type { Checks } from '../check.ts';
import { noteProblems } from '../check.ts';
import type { MapContext } from '../compile.ts';
import { FIRST_SLOT } from '../compile-value.ts';
import { isMapping } from '../parse.ts';
import type { ExpressionSyntax, MapHead } from '../syntax.ts';
import { XSL } from './namespaces.ts';
import type { Parameter } from './protocol.ts';
import { attributeOf, type SheetFile } from './read-stylesheet.ts';

export interface Parameters {
  /** Of the frame that they run on; the sources stand in it from FIRST_SLOT. */
  readonly size: number;
  readonly each: readonly { readonly name: string; readonly expression: ExpressionSyntax; readonly run: Run }[];
}

export function compileParameters(
  written: unknown,
  head: MapHead,
  files: readonly SheetFile[],
  checks: Checks,
  context: MapContext,
): Parameters {
  const slots = { next: FIRST_SLOT };
  const variables = new Map<string, Variable>(
    head.sources.map(({ name, type }) => {
      const known = context.schemas.find(type)?.document ?? ANY;
      return [name, { type: known, slot: slots.next++, nullable: false }];
    }),
  );
  if (written !== undefined && !isMapping(written)) {
    const values = { reason: '`parameters` must be a mapping', help: 'Write `parameters: { <name>: <expression> }`' };
    checks.findings.push(finding('MAP_INVALID', checks.source.locate(['parameters']), values));
    return { size: slots.next, each: [] };
  }
  const declared = declaredIn(files);
  const each = Object.entries(written ?? {}).flatMap(([name, text]) => {
    const path = ['parameters', name];
    if (!declared.has(name)) {
      const values = {
        reason: `The stylesheet has no parameter ${name}`,
        help: `Declare <xsl:param name="${name}"/> at its top`,
      };
      const unknown = { unknown: { name, known: declared } };
      checks.findings.push(finding('MAP_INVALID', checks.source.locate(path, 'key'), values, unknown));
    }
    const expression = { text: String(text), path };
    const { typed, problems } = compileTyped(expression.text, { variables, slots, lookups: context.lookups });
    noteProblems(checks, expression, problems);
    if (!typed) return [];
    checkSingle(checks, typed, expression, name);
    return [{ name, expression, run: typed.run }];
  });
  return { size: slots.next, each };
}

/** Those at the top of a stylesheet. */
function declaredIn(files: readonly SheetFile[]): ReadonlySet<string> {
  const top = files.flatMap(({ elements }) =>
    elements.filter(({ uri, local, parent }) => uri === XSL && local === 'param' && parent === elements[0]),
  );
  return new Set(top.flatMap((element) => attributeOf(element, 'name') ?? []));
}

function checkSingle({ source, findings }: Checks, { type }: Typed, { path }: ExpressionSyntax, name: string): void {
  if (type.kind !== 'list' && type.kind !== 'object') return;
  const values = { name, expected: 'a single value', found: describe(type), help: 'Give one field of it' };
  findings.push(finding('MAP_WRONG_TYPE', source.locate(path), values));
}

/** What is absent is not given: then the stylesheet's own default holds. */
export function parameterOf(name: string, run: Run, frame: Frame): readonly Parameter[] {
  const value = run(frame);
  if (value === null || value === undefined) return [];
  if (typeof value === 'boolean') return [[name, value ? 'true()' : 'false()']];
  return [[name, quoted(String(value))]];
}

/** As an XPath expression: a text has no escapes there. */
export function quoted(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  return `concat(${text
    .split("'")
    .map((part) => `'${part}'`)
    .join(`, "'", `)})`;
}
