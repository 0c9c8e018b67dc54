/** The ways between the bus and what it needs are cut, half open, or slow. */
import type { TcpProxy } from '../../servers/tcp-proxy.ts';
import { pause } from '../../town/system.ts';
import type { Stage } from '../stage.ts';
import { between, type Fault } from './fault.ts';

const WAYS: Readonly<Record<string, (link: TcpProxy) => void>> = {
  cut: (link) => link.cut(),
  'half open': (link) => link.stall(),
  slow: (link) => link.delay(300),
};

export function linkFaults({ store, broker, redis, links }: Stage): readonly Fault[] {
  const broken = (name: string, part: string, link: TcpProxy): Fault => ({
    name: `way to ${name} broken`,
    part,
    run: async ({ chance, say, alone, othersGoOn }) => {
      const how = chance.pick(Object.keys(WAYS));
      const time = between(chance, 2, 7);
      say(`the way to ${name} is ${how} for ${time} ms`);
      WAYS[how]!(link);
      try {
        if (alone && Object.hasOwn(links, name)) await othersGoOn(name);
        await pause(time);
      } finally {
        link.heal();
      }
    },
  });
  return [
    ...(store.kind === 'postgres' ? [broken('PostgreSQL', 'store', store.link)] : []),
    broken('RabbitMQ', 'broker', broker.link),
    broken('Redis', 'redis', redis.link),
    ...Object.entries(links).map(([name, link]) => broken(name, name, link)),
  ];
}
