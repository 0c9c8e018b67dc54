/** Questions, each on whichever of a few connections is free. One that a lost connection cut short is asked again. */
import { Pool, type PoolConfig } from 'pg';
import type { Clock } from '../../contracts/clock.ts';
import { endsSession } from './errors.ts';
import type { Ask } from './parts.ts';

export interface Reader {
  readonly ask: Ask;
  close(): Promise<void>;
}

const CONNECTIONS = 4;
const FIRST_PAUSE = 50;

export function createReader(config: PoolConfig, clock: Clock, patience: number): Reader {
  const types = { getTypeParser: () => (value: unknown) => value };
  const pool = new Pool({ ...config, max: CONNECTIONS, types: types as never });
  pool.on('error', () => {}); // Of a connection that nobody is using; the next question gets another.

  const ask: Ask = async (text, values) => {
    const until = clock.now() + patience;
    for (let pause = FIRST_PAUSE; ; pause *= 2) {
      try {
        return (await pool.query({ text, values: [...values], rowMode: 'array' })).rows;
      } catch (thrown) {
        if (!endsSession(thrown) || clock.now() + pause > until) throw thrown;
        await clock.sleep(pause);
      }
    }
  };

  return { ask, close: () => pool.end() };
}
