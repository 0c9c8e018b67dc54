/** Small files beside a file that say something of it by their names: that it is complete, that it is in use, what became of it. */
import { extname } from 'node:path';
import type { JsonSchema, Submission } from '../../runtime/contracts/adapter.ts';
import type { Instant } from '../../runtime/contracts/clock.ts';

export interface BesideOptions {
  /** The name of the file that says that another is complete; {name} or {stem} stands for that one's name. */
  readonly doneFile?: string;
  /** The name of the file that says that another is in use. */
  readonly lockFile?: string;
}

/** What becomes of files once they are taken. */
export interface AfterwardsOptions {
  readonly archive?: string;
  readonly errors?: string;
  readonly receipts?: string;
}

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const NAMES = '{name} is its name, {stem} its name without the extension';

/** The options of a location; `where` says whose folders they are. */
export const receiveOptions = (where: string): Readonly<Record<string, JsonSchema>> => ({
  archive: text(`The folder${where} to move files to once they are taken; without it they are deleted`),
  errors: text(`The folder${where} to move files to that came in but were suspended; by default as all others`),
  receipts: text(
    `A folder${where} in which a file {name}.receipt.json says what became of each file: {file, size, outcome, message, at, error}`,
  ),
  doneFile: text(`A file is taken only when this one lies beside it, and both go together; ${NAMES}, as {name}.done`),
  lockFile: text(`A file is left alone while this one lies beside it; ${NAMES}, as {name}.lock`),
});

export const doneOption = text(`An empty file that is written once the file is in place; ${NAMES}, as {name}.done`);

export const besideName = (template: string, name: string): string =>
  template.replaceAll('{name}', name).replaceAll('{stem}', name.slice(0, name.length - extname(name).length));

/** Which of the names in a folder may be taken, as far as those beside them say; marks of other files never are. */
export function mayTake(names: ReadonlySet<string>, { doneFile, lockFile }: BesideOptions): (name: string) => boolean {
  const marks = [doneFile, lockFile].flatMap((template) => (template === undefined ? [] : [markOf(template)]));
  return (name) =>
    !marks.some((mark) => mark.test(name)) &&
    (doneFile === undefined || names.has(besideName(doneFile, name))) &&
    (lockFile === undefined || !names.has(besideName(lockFile, name)));
}

/** Whatever file it may be of, whether that one is there or not. */
const markOf = (template: string) =>
  new RegExp(
    `^${template
      .split(/\{name\}|\{stem\}/)
      .map(escaped)
      .join('.+')}$`,
    's',
  );

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What is wrong with the name of a file beside others; undefined when nothing is. */
export function besideProblem(template: string): string | undefined {
  const names = /\{name\}|\{stem\}/.test(template) && template !== '{name}' && !/[/\\\0]/.test(template);
  return names ? undefined : 'it does not name another file beside each file';
}

export interface OptionProblem {
  readonly path: string;
  readonly reason: string;
  readonly advice: string;
}

type Checked = BesideOptions & AfterwardsOptions & { readonly folder: string; readonly pattern?: string };

/** What is wrong with a location's options about files beside files, and about what becomes of them. */
export function receiveProblems(config: Checked): OptionProblem[] {
  const { folder, pattern } = config;
  const found: OptionProblem[] = [];
  if (pattern !== undefined && /[/\\]/.test(pattern))
    found.push({
      path: 'pattern',
      reason: 'the pattern names a subfolder',
      advice: 'Write a pattern for file names only.',
    });
  for (const [path, what] of [
    ['archive', 'the archive is'],
    ['errors', 'suspended files would stay in'],
    ['receipts', 'receipts would lie in'],
  ] as const)
    if (config[path] !== undefined && plain(config[path]) === plain(folder))
      found.push({ path, reason: `${what} the folder itself`, advice: 'Name another folder.' });
  return [...found, ...['doneFile' as const, 'lockFile' as const].flatMap((key) => markProblem(config, key))];
}

function markProblem({ doneFile, lockFile, pattern }: Checked, key: keyof BesideOptions): OptionProblem[] {
  const template = { doneFile, lockFile }[key];
  if (template === undefined) return [];
  const advice = `Write it as {name}.${key === 'doneFile' ? 'done' : 'lock'}.`;
  const reason = besideProblem(template);
  if (reason !== undefined) return [{ path: key, reason, advice }];
  if (key === 'lockFile' && doneFile === lockFile)
    return [{ path: key, reason: 'it is the done file, too, so that no file could ever be taken', advice }];
  const taken = pattern?.replace(/[*?]+/g, 'xx');
  if (taken !== undefined && markOf(template).test(taken))
    return [{ path: key, reason: `it would name the very files that the pattern ${pattern} is to take`, advice }];
  return [];
}

export function doneProblems({ doneFile }: Pick<BesideOptions, 'doneFile'>): OptionProblem[] {
  const reason = doneFile === undefined ? undefined : besideProblem(doneFile);
  return reason === undefined ? [] : [{ path: 'doneFile', reason, advice: 'Write it as {name}.done.' }];
}

const plain = (path: string) => path.replace(/^\.\//, '').replace(/\/+$/, '');

export const receiptName = (name: string): string => `${name}.receipt.json`;

/** What became of a file, for whoever put it there. */
export function receiptOf(name: string, size: number, submission: Submission, at: Instant): Uint8Array {
  const { outcome, messageId: message, error } = submission;
  const why = error ? { error: { code: error.code, reason: error.message } } : {};
  const receipt = { file: name, size, outcome, message, at: new Date(at).toISOString(), ...why };
  return Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`);
}
