/**
 * Reads YAML into a Source: plain values that know where they stood. Never throws: what is wrong with the YAML comes back
 * as findings, all of it, and what was meant is read as far as it can be told (see repair-yaml.ts).
 */
import type { Document, LineCounter } from 'yaml';
import type { Finding, Location } from '../contracts/finding.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { countDuplicateKeys, takeDuplicateKeys } from './duplicate-keys.ts';
import { findNode, startOf } from './find-node.ts';
import { type Parsed, parseYaml } from './parse-yaml.ts';
import { reindentYaml } from './reindent-yaml.ts';
import { type Repair, type Repaired, repairYaml } from './repair-yaml.ts';
import { sourceOffset } from './source-offset.ts';

export interface ReadYaml {
  readonly source: Source;
  readonly findings: readonly Finding[];
  /** False where some of the file could not be read at all: what it defines is then not known in full. */
  readonly whole: boolean;
}

/** How many things are wrong with a value by its schema: tells which of several repairs was meant. */
export type Judge = (value: unknown) => number;

const DEEPEST = 100;
/** Where so many brackets are open at once nothing is repaired: trying would take minutes, and no hand wrote that. */
const MOST_OPEN = 500;

export function readYaml(file: string, text: string, judge: Judge = () => 0): ReadYaml {
  const first = parseYaml(text);
  const repaired: Repaired =
    first.errors.length === 0 || mostOpen(text) > MOST_OPEN
      ? { text, parsed: first, repairs: [] }
      : repairYaml(text, first, faultsBy(judge));
  return readRepaired(file, text, repaired);
}

/**
 * Once more, for YAML that can be read and yet does not fit: undefined unless one line that was moved makes it fit, but for
 * `most` of its faults. `near`: the lines where something is wrong.
 */
export function rereadYaml(
  file: string,
  text: string,
  { near, most, judge }: { readonly near: readonly number[]; readonly most: number; readonly judge: Judge },
): ReadYaml | undefined {
  const repaired = reindentYaml(text, near, faultsBy(judge), most);
  return repaired && readRepaired(file, text, repaired);
}

const faultsBy = (judge: Judge) => (document: Document) => judge(toPlain(document)) + countDuplicateKeys(document);

function readRepaired(file: string, text: string, repaired: Repaired): ReadYaml {
  const place = placeIn(file, repaired);
  const duplicates = takeDuplicateKeys(repaired.parsed.document, (offset, path) => place.offset(offset, path));
  const value = toPlain(repaired.parsed.document);
  const tooDeep = deeperThan(value, DEEPEST);
  const findings = [
    ...repaired.repairs.map((repair) => repairFinding(repair, place.line(repair.line, repair.column))),
    ...unrepaired(repaired.parsed).map((error) =>
      finding('YAML_SYNTAX', place.offset(error.pos[0]), { reason: plain(error) }),
    ),
    ...duplicates,
    ...(tooDeep
      ? [finding('YAML_SYNTAX', place.line(1, 1), { reason: `It is nested deeper than ${DEEPEST} levels` })]
      : []),
  ];
  const whole =
    !tooDeep && repaired.parsed.errors.length === 0 && !repaired.repairs.some(({ kind }) => kind === 'left-out');
  return { source: sourceOf(file, text, tooDeep ? null : value, repaired, place), findings, whole };
}

function sourceOf(file: string, text: string, value: unknown, repaired: Repaired, place: Places): Source {
  const { document } = repaired.parsed;
  return {
    file,
    text,
    value,
    locate: (path, part = 'value', offset = 0) => {
      const found = findNode(document.contents, path);
      const node = part === 'key' && found.exact ? (found.key ?? found.node) : (found.node ?? found.key);
      const inside = node && offset > 0 ? sourceOffset(node, repaired.text, offset) : 0;
      return place.offset(startOf(node) + inside, path);
    },
  };
}

interface Places {
  offset(offset: number, path?: Path): Location;
  line(line: number, column: number): Location;
}

/** Places in the text as it was written, also where a line was moved to be read. */
function placeIn(file: string, { text, parsed, repairs }: Repaired): Places {
  const lines: LineCounter = parsed.lines;
  const moved = new Map(repairs.flatMap((repair) => repair.moved.map((line) => [line, repair.shift] as const)));
  return {
    offset: (offset, path = []) => {
      const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
      const at = Math.max(1, line);
      return { file, line: at, column: Math.max(1, col - (moved.get(at) ?? 0)), path: path.join('.') };
    },
    line: (line, column) => ({ file, line, column, path: '' }),
  };
}

function repairFinding(repair: Repair, at: Location): Finding {
  if (repair.kind === 'indented') {
    const { found, expected } = repair;
    return finding('YAML_INDENTATION', at, { found, expected }, { suggestion: `${expected} spaces` });
  }
  const suggestion = repair.kind === 'closed' ? { suggestion: repair.closing } : {};
  return finding('YAML_SYNTAX', at, { reason: plain(repair.error) }, suggestion);
}

type YamlError = Parsed['errors'][number];

/** One a line: what follows on the same line is mostly a consequence. */
function unrepaired({ errors, lines }: Parsed): YamlError[] {
  const seen = new Set<number>();
  return errors.filter(({ pos }) => {
    const { line } = lines.linePos(pos[0]);
    return !seen.has(line) && seen.add(line);
  });
}

const PLAIN: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'A tab stands where only spaces may indent',
  MULTILINE_IMPLICIT_KEY: 'A key does not end on its own line',
  BLOCK_AS_IMPLICIT_KEY: 'A second `key: value` stands on the same line, or the next line is indented too far',
  RESOURCE_EXHAUSTION: 'It is nested too deep to be read',
};

function plain(error: YamlError): string {
  return (
    PLAIN[error.code] ??
    error.message
      .split('\n')[0]!
      .replace(/\.$/, '')
      .replace(/"quote$/, '"')
  );
}

function toPlain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return null; // An unresolved or exploding alias: reported among the document's errors by parseYaml.
  }
}

function mostOpen(text: string): number {
  let open = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === '[' || bracket === '{' ? 1 : -1;
    most = Math.max(most, open);
  }
  return most;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => deeperThan(item, levels - 1));
}
