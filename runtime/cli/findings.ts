/** Findings as people and editors read them: `file:line:column CODE what is wrong. What to do. Did you mean …?` */
import type { Finding } from '../contracts/finding.ts';

export function findingText({ at, code, severity, message, help, suggestion }: Finding): string {
  const mark = severity === 'warning' ? 'warning ' : '';
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return `${at.file}:${at.line}:${at.column} ${mark}${code} ${message} ${help}${hint}`;
}

export function findingsSummary(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
}
