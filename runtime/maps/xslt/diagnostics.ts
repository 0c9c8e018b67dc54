/** What libxslt printed, as places and reasons. */
import type { Location } from '../../contracts/finding.ts';
import { pathOf } from './load-sheet.ts';
import { MESSAGE_END, MESSAGE_START, MESSAGE_TEXT, type SheetFile } from './read-stylesheet.ts';

export interface Diagnostic {
  /** As libxslt calls it; undefined where it tells none. */
  readonly place?: Place;
  readonly reason: string;
}

export interface Place {
  readonly address: string;
  readonly line: number;
  readonly element: string;
}

/** What xsl:message told. */
export interface Message {
  readonly text: string;
  readonly terminates: boolean;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const MESSAGE = new RegExp(
  `${MESSAGE_START}(yes|no) (\\d+):(\\d+) ([^${MESSAGE_TEXT}]*)${MESSAGE_TEXT}([^${MESSAGE_START}${MESSAGE_END}]*)${MESSAGE_END}\\n?`,
  'g',
);

export function readMessages(lines: readonly string[]): readonly Message[] {
  return [...lines.join('\n').matchAll(MESSAGE)].map(([, ends, line, column, file = '', text = '']) => ({
    text: text.trim(),
    terminates: ends === 'yes',
    file,
    line: Number(line),
    column: Number(column),
  }));
}

interface Group {
  place?: Place;
  readonly reasons: string[];
}

const PLACE = /^(?:compilation |runtime )?error: file (\S+) line (\d+) element (.+)$/;
/** Said beside what is the matter, or of what can neither be seen nor set. */
const NOISE =
  /^(Templates:|Variables:|#\d+|(var|param) |You can adjust |XPath evaluation returned no result|error: fetchExternalEntity|(compilation|runtime) error$|\s*$)/;
/** Below the expression that it points at, which the place tells as well. */
const CARET = /^\s*\^\s*$/;

export function readDiagnostics(lines: readonly string[]): readonly Diagnostic[] {
  const groups: Group[] = [{ reasons: [] }];
  for (const line of lines.join('\n').replaceAll(MESSAGE, '').split('\n')) {
    const group = groups.at(-1)!;
    const place = PLACE.exec(line);
    if (/^Templates:/.test(line)) break;
    if (place) addPlace(groups, group, { address: place[1]!, line: Number(place[2]), element: place[3]!.trim() });
    else if (CARET.test(line)) group.reasons.pop();
    else if (NOISE.test(line)) continue;
    else if (/^XPath error/.test(line) && group.place && group.reasons.length > 0) groups.push({ reasons: [line] });
    else group.reasons.push(line);
  }
  return groups.flatMap(({ place, reasons }) => {
    const reason = [...new Set(reasons.map(plain))].join('; ');
    return reason === '' ? [] : [{ ...(place ? { place } : {}), reason }];
  });
}

function addPlace(groups: Group[], group: Group, place: Place): void {
  if (!group.place) group.place = place;
  else if (group.place.line !== place.line || group.place.element !== place.element)
    groups.push({ place, reasons: [] });
}

const DEEP = /^xsltApply(XSLTTemplate|SequenceConstructor): A potential infinite template recursion was detected\.?$/;

const plain = (line: string) =>
  DEEP.test(line)
    ? 'templates call each other more than 20,000 deep'
    : line
        .replace(/^(XPath error|error|runtime error) ?: /, '')
        .trim()
        .replace(/\.$/, '');

/** libxslt tells the line on which a start tag ends, and the name without its prefix. */
export function locate(files: readonly SheetFile[], place: Place): Location {
  const path = pathOf(place.address);
  const file = files.find((each) => each.path === path) ?? files[0]!;
  const element = file.elements.find(({ endLine, local }) => endLine === place.line && local === place.element);
  return { file: file.path, line: element?.line ?? place.line, column: element?.column ?? 1, path: '' };
}
