/** PostgreSQL by pg. */
import { Client, types } from 'pg';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { Database, Row } from './database.ts';
import { sqlFailure } from './failure.ts';
import { parameterised } from './parameters.ts';

/** Object ids of types. Source: pg_type.dat of PostgreSQL */
const OID = { bytes: 17, whole: [20], numeric: 1700, times: [1082, 1083, 1114, 1184, 1266] };

export async function openPostgres(
  address: string,
  deadline: number,
  { clock, name }: AdapterContext,
): Promise<Database> {
  const url = new URL(address);
  const endpoint = `postgres://${url.host}${url.pathname}`;
  const client = new Client({
    connectionString: address,
    connectionTimeoutMillis: deadline,
    statement_timeout: deadline,
    application_name: `guildhall ${name}`.slice(0, 60),
    keepAlive: true,
    types: { getTypeParser: parserOf },
  });
  let broken: unknown;
  client.on('error', (error) => {
    broken ??= error;
  });
  client.on('end', () => {
    broken ??= new Error('the connection was closed');
  });
  await client.connect().catch((thrown: unknown) => {
    throw sqlFailure(thrown, endpoint);
  });

  /** A server that says nothing any more is given up, since nobody would hear its own time limit. */
  async function ask(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const cancel = clock.schedule(deadline + 1000, () => destroy());
    try {
      const result = await client.query({ text, values: [...values] });
      const last = Array.isArray(result) ? (result as (typeof result)[]).at(-1)! : result;
      return last.rows as Row[];
    } catch (thrown) {
      throw sqlFailure(broken ?? thrown, endpoint);
    } finally {
      cancel();
    }
  }

  function destroy(): void {
    broken ??= new Error('it did not answer in time');
    (
      client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }
    ).connection.stream.destroy();
  }

  return {
    endpoint,
    run: (statement, valueNamed) => {
      const { text, names } = parameterised(statement, (index) => `$${index}`);
      return ask(
        text,
        names.map((each) => inputOf(valueNamed(each))),
      );
    },
    transaction: async (work) => {
      await ask('BEGIN', []);
      try {
        const result = await work();
        await ask('COMMIT', []);
        return result;
      } catch (thrown) {
        if (broken === undefined) await ask('ROLLBACK', []).catch(destroy);
        throw thrown;
      }
    },
    ended: () => broken !== undefined,
    close: async () => destroy(),
  };
}

/** Dates and times stay as they are written, whole numbers that JSON would change and decimals become texts, bytes base64. */
function parserOf(oid: number, format?: 'text' | 'binary') {
  const isText = format === undefined || format === 'text';
  if (isText && (OID.times.includes(oid) || oid === OID.numeric)) return (value: string) => value;
  if (isText && OID.whole.includes(oid))
    return (value: string) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  const standard = types.getTypeParser(oid, format as 'text');
  if (oid !== OID.bytes) return standard;
  return (value: string) => (standard(value) as Buffer).toString('base64');
}

const inputOf = (value: unknown) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
