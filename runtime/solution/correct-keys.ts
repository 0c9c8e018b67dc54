/**
 * Reads misspelt keys as what was meant, so that everything behind them is checked too and nothing else complains that they
 * are missing. Places stay those of the file as it was written; with such a finding nothing is deployed.
 */
import type { Finding } from '../contracts/finding.ts';
import type { Path, Source } from '../contracts/source.ts';
import { at, isPlain } from './plain.ts';

interface Rename {
  readonly parent: readonly string[];
  readonly from: string;
  readonly to: string;
}

export function correctKeys(source: Source, findings: readonly Finding[]): Source {
  const renames = findings.flatMap((entry) => renameFor(entry, source.value));
  if (renames.length === 0) return source;
  const deepestFirst = renames.toSorted((a, b) => b.parent.length - a.parent.length);
  return {
    ...source,
    value: deepestFirst.reduce((value, rename) => renamed(value, rename.parent, rename), source.value),
    locate: (path, part, offset) => source.locate(asWritten(path, renames), part, offset),
  };
}

/** Only where the key that was meant does not stand there as well. */
function renameFor({ code, suggestion, at: place }: Finding, value: unknown): Rename[] {
  if (code !== 'UNKNOWN_KEY' || suggestion === undefined) return [];
  const steps = place.path.split('.');
  const parent = steps.slice(0, -1);
  const from = steps.at(-1)!;
  const holder = parent.length === 0 ? value : at(value, parent);
  return isPlain(holder) && Object.hasOwn(holder, from) && !Object.hasOwn(holder, suggestion)
    ? [{ parent, from, to: suggestion }]
    : [];
}

function renamed(value: unknown, path: readonly string[], rename: Rename): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === step ? renamed(item, rest, rename) : item));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    if (step === undefined) return [key === rename.from ? rename.to : key, inner];
    return [key, key === step ? renamed(inner, rest, rename) : inner];
  });
  return Object.fromEntries(entries);
}

function asWritten(path: Path, renames: readonly Rename[]): Path {
  const written: (string | number)[] = [];
  for (const step of path) {
    const here = written.join('.');
    const rename = renames.find(({ parent, to }) => to === step && parent.join('.') === here);
    written.push(rename ? rename.from : step);
  }
  return written;
}
