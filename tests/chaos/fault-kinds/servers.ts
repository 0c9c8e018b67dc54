/** PostgreSQL, RabbitMQ and Redis are killed and come back with their data. */
import { pause } from '../../town/system.ts';
import type { Stage } from '../stage.ts';
import { between, type Fault } from './fault.ts';

interface Killable {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export function serverFaults({ store, broker, redis }: Stage): readonly Fault[] {
  const killed = (name: string, part: string, server: Killable): Fault => ({
    name: `${name} killed`,
    part,
    run: async ({ chance, say }) => {
      const time = between(chance, 0, 3);
      say(`kill -9 of all of ${name} for ${time} ms`);
      await server.kill();
      await pause(time);
      await server.restart();
    },
  });
  return [
    ...(store.kind === 'postgres' ? [killed('PostgreSQL', 'store', store.server)] : []),
    killed('RabbitMQ', 'broker', broker.server),
    killed('Redis', 'redis', redis.server),
  ];
}
