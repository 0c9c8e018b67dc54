/** Ajv's errors as violations that people understand, with their places in the text where the bytes are known. */
import type { ErrorObject } from 'ajv';
import type { Violation } from '../../contracts/schema.ts';
import { nearest } from '../../errors/nearest.ts';
import { decodeUnicode } from '../decode-unicode.ts';
import { locatePointers } from './locate-pointers.ts';
import { escapePointer } from './scan-json.ts';

const MAX_VIOLATIONS = 100;

export function jsonViolations(errors: readonly ErrorObject[], bytes?: Uint8Array): readonly Violation[] {
  const violations = errors.slice(0, MAX_VIOLATIONS).filter(isTelling).map(violationOf);
  const kept = violations.length > 0 ? violations : errors.slice(0, 1).map(violationOf);
  if (!bytes) return kept;
  const paths = kept.map((violation) => violation.path);
  const positions = locatePointers(decodeUnicode(bytes), paths);
  return kept.map((violation) => ({ ...violation, ...positions.get(violation.path) }));
}

/** `if` only repeats what its branch says. */
const isTelling = (error: ErrorObject) => error.keyword !== 'if';

function violationOf(error: ErrorObject): Violation {
  const params = error.params as Record<string, unknown>;
  const unknown = params['additionalProperty'] ?? params['unevaluatedProperty'];
  const path = typeof unknown === 'string' ? `${error.instancePath}/${escapePointer(unknown)}` : error.instancePath;
  return { path, message: messageOf(error, params) };
}

function messageOf(error: ErrorObject, params: Record<string, unknown>): string {
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired':
      return `lacks the field ${params['missingProperty']}`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownField(error, String(params['additionalProperty'] ?? params['unevaluatedProperty']));
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    case 'format':
      return `must be a ${params['format']}`;
    case 'pattern':
      return `must match the pattern ${params['pattern']}`;
    default:
      return error.message ?? `breaks ${error.keyword}`;
  }
}

function unknownField({ parentSchema }: ErrorObject, name: string): string {
  const near = nearest(name, Object.keys((parentSchema?.['properties'] as object | undefined) ?? {}));
  return near === undefined ? 'is not a field of the schema' : `is not a field of the schema (did you mean ${near})`;
}
