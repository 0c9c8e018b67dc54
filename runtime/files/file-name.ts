/** Fills in a file name from a message, so that no value of a message can lead out of the folder. */
import type { Message, Scalar } from '../contracts/message.ts';
import { busError } from '../errors/bus-error.ts';
import { extensionOf } from './media-types.ts';

const PLACEHOLDER = /\{([^{}]*)\}/g;
const LONGEST_VALUE = 100;
const LONGEST_NAME = 200;

/** Throws BusError kind `message` when the message lacks what the name is made of. `endpoint` is the folder to name. */
export function fileNameFor(message: Message, template: string | undefined, endpoint: string): string {
  if (template === undefined) return `${tame(message.id)}${extensionOf(message.parts[0].contentType)}`;
  const name = template.replace(PLACEHOLDER, (_, property: string) => {
    const value = propertyOf(message, property);
    if (value !== undefined) return tame(String(value));
    throw busError('ENDPOINT_REFUSED', {
      endpoint,
      reason: `the file name needs ${property}, which it does not carry`,
    });
  });
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name.replace(/^\./, '_');
  throw busError('ENDPOINT_REFUSED', { endpoint, reason: `the file name ${name} is too long` });
}

/** What is wrong with a template, as it stands; undefined when nothing is. */
export function templateProblem(template: string): string | undefined {
  const literal = template.replace(PLACEHOLDER, 'x');
  if (/[/\\\0]/.test(literal)) return 'the file name leads out of the folder';
  if (/[{}]/.test(literal)) return 'a brace of the file name has no partner';
  if (literal.startsWith('.')) return 'the file name begins with a dot, so that it would be hidden';
  if (/\{\s*\}/.test(template)) return 'a placeholder of the file name is empty';
  return undefined;
}

function propertyOf(message: Message, property: string): Scalar | undefined {
  if (property === 'message.id') return message.id;
  if (property === 'message.type' && message.type !== undefined) return message.type;
  return message.context.get(property)?.value;
}

/** Letters, digits, dots, dashes, underscores and blanks stay; two dots in a row do not. */
function tame(value: string): string {
  return value
    .slice(0, LONGEST_VALUE)
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/\.{2,}/g, '_');
}
