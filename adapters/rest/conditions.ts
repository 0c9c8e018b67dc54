/**
 * Conditional requests (RFC 9110, 13): the properties of a message that hold what the far end said of a resource, an ETag or a
 * date, and so whether it may be changed, or need not be told again.
 */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { closed } from '../shared/client/schema.ts';
import { propertyOf } from '../shared/client/template.ts';

export interface Conditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifUnmodifiedSince?: string;
}

const HEADERS = {
  ifMatch: 'if-match',
  ifNoneMatch: 'if-none-match',
  ifModifiedSince: 'if-modified-since',
  ifUnmodifiedSince: 'if-unmodified-since',
} as const;

const property = (header: string): JsonSchema => ({
  type: 'string',
  pattern: '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)*$',
  description: `The property that goes into ${header}`,
});

export const conditionsSchema: JsonSchema = closed(
  'Conditional requests: properties of the message that hold an ETag or a date, such as http.etag of an earlier answer. A message without the property is sent without the condition; the answer 304 is then an answer like any other',
  {
    ifMatch: property('If-Match: changes only what is still as we know it; 412 where it is not'),
    ifNoneMatch: property('If-None-Match: tells only what is not as we know it; 304 where it is'),
    ifModifiedSince: property('If-Modified-Since'),
    ifUnmodifiedSince: property('If-Unmodified-Since'),
  },
  [],
);

/** Headers in lower case that the options write. */
export const conditionHeaders = (conditions: Conditions = {}): readonly string[] =>
  Object.keys(conditions).map((name) => HEADERS[name as keyof Conditions]);

export function conditionsFor(conditions: Conditions, message: Message): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, from] of Object.entries(conditions)) {
    const value = propertyOf(message, from);
    if (value !== undefined && value !== '') headers[HEADERS[name as keyof Conditions]] = value;
  }
  return headers;
}

/** Whether 304 may be an answer to a request. */
export const mayBeUnchanged = (headers: Readonly<Record<string, string>>): boolean =>
  'if-none-match' in headers || 'if-modified-since' in headers;
