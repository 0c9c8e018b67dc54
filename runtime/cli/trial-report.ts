/** Shows a trial as it goes, or as one JSON document at its end. */
import type { TrialStep } from '../host/trial.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit.ts';

export interface TrialReport {
  tell(step: TrialStep): void;
  end(wentWell: boolean): ExitCode;
}

/** So much of a body is shown to people (characters, lines). */
const SHOWN = { characters: 2000, lines: 40 };

export function trialReport(heading: string, json: boolean, io: Console): TrialReport {
  const steps: object[] = [];
  if (!json) io.out(heading);
  return {
    tell(step) {
      if (json) steps.push(asJson(step));
      else io.out(asText(step));
    },
    end(ok) {
      if (json) io.out(JSON.stringify({ ok, steps }));
      return ok ? EXIT.ok : EXIT.failed;
    },
  };
}

function asJson({ content, ...step }: TrialStep): object {
  if (!content) return step;
  const { contentType, bytes } = content;
  const text = textOf(bytes);
  const body = text === undefined ? { base64: Buffer.from(bytes).toString('base64') } : { text };
  return { ...step, content: { contentType, bytes: bytes.byteLength, ...body } };
}

function asText({ step, ok, detail, ms, content, properties }: TrialStep): string {
  const lines = [`${ok ? 'ok    ' : 'FAILED'}  ${step.padEnd(8)}  ${detail}${ms > 0 ? ` (${ms} ms)` : ''}`];
  const known = Object.entries(properties ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  if (known.length > 0) lines.push(...known.map(indented));
  if (content) lines.push(...bodyOf(content.bytes).map(indented));
  return lines.join('\n');
}

const indented = (line: string) => `          | ${line}`;

function bodyOf(bytes: Uint8Array): string[] {
  const text = textOf(bytes.subarray(0, 4 * SHOWN.characters));
  if (text === undefined) return [`(${bytes.byteLength} bytes that are no text)`];
  const lines = text.slice(0, SHOWN.characters).split(/\r?\n/);
  const shown = lines.slice(0, SHOWN.lines);
  const cut = lines.length > shown.length || text.length > SHOWN.characters;
  return cut ? [...shown, '…'] : shown;
}

/** Undefined for what is no text in UTF-8; a character that was cut at the end does not count. */
function textOf(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes, { stream: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what binary bodies have and text has not.
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? undefined : text;
}
