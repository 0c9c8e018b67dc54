/** Tables of a database on the shared PostgreSQL for the SQL adapter, through a proxy that can break the link. */
import { Client } from 'pg';
import { sql } from '../../../adapters/sql/adapter.ts';
import type { AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';
import { freshDatabase } from '../../servers/postgres.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';

const rowBody = (n: number, size = 0) => Buffer.from(JSON.stringify({ id: n, body: 'x'.repeat(size) }));

export async function createHarness(): Promise<AdapterHarness> {
  const { url, drop } = await freshDatabase();
  const direct = new Client({ connectionString: url });
  await direct.connect();
  await direct.query('CREATE TABLE source (id bigint PRIMARY KEY, body text NOT NULL)');
  await direct.query('CREATE TABLE target (message text PRIMARY KEY, id bigint NOT NULL, body text NOT NULL)');
  const proxy = await startTcpProxy(url);
  const through = new URL(url);
  through.port = String(proxy.port);
  const link = { breakLink: async () => proxy.cut(), healLink: async () => proxy.heal() };
  return {
    adapter: sql,
    contentType: 'application/json',
    body: rowBody,
    receive: {
      config: {
        database: through.href,
        query: 'SELECT id, body FROM source ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED',
        consume: 'DELETE FROM source WHERE id = :id',
        key: 'id',
        poll: '20ms',
        deadline: '2s',
      },
      properties: { 'bus.sourceName': 'test' },
      arrive: async (bytes) => {
        const { id, body } = JSON.parse(Buffer.from(bytes).toString()) as { id: number; body: string };
        await direct.query('INSERT INTO source VALUES ($1, $2)', [id, body]);
      },
      left: async () => Number((await direct.query('SELECT count(*) FROM source')).rows[0]!['count']),
      ...link,
    },
    send: {
      config: {
        database: through.href,
        statement: 'INSERT INTO target VALUES (:message_id, :id, :body) ON CONFLICT DO NOTHING',
        deadline: '2s',
      },
      recognisesRepeats: true,
      taken: async () => {
        const { rows } = await direct.query<{ id: string; body: string }>('SELECT id, body FROM target');
        return rows.map(({ id, body }) => Buffer.from(JSON.stringify({ id: Number(id), body })));
      },
      stall: async () => proxy.stall(),
      ...link,
    },
    dispose: async () => {
      await direct.end();
      await proxy.close();
      await drop();
    },
  };
}
