/** What the far end said of a failure, read by the message type whose root it has, as an answer would be. */
import { BusError } from '../contracts/errors.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { rootOf } from '../schemas/xml/root-of.ts';

/** The error with its detail typed; the same where no single message type has the root, or it is not as the type says. */
export function typedDetail(error: BusError, schemas: SchemaSet): BusError {
  if (!error.document) return error;
  const found = read(error.document.bytes, schemas);
  if (!found) return error;
  const { message: text, help, kind, code, fault, retryAfter } = error;
  const typed = isObject(found.document) ? found.document : { text: found.document };
  const detail = { ...(isObject(error.detail) ? error.detail : {}), ...typed };
  const options = { cause: error, detail, kind };
  return new BusError(
    code,
    { kind, text, help },
    {},
    {
      ...options,
      ...(fault === undefined ? {} : { fault }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
  );
}

function read(bytes: Uint8Array, schemas: SchemaSet): { readonly document: unknown } | undefined {
  try {
    const [schema, other] = schemas.findByRoot(rootOf(bytes));
    return schema && !other ? { document: schema.read(bytes) } : undefined;
  } catch (thrown) {
    if (isBusError(thrown) && thrown.kind === 'message') return undefined;
    throw thrown;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
