/** How much there is of what. */
import type { Instant } from '../../contracts/clock.ts';
import type { Counts } from '../../contracts/inspection.ts';
import { CODE, HELD, STATE } from './inspect-deliveries.ts';
import type { Ask } from './parts.ts';
import type { Answer } from './pipeline.ts';

export async function counts(ask: Ask, now: Instant): Promise<Counts> {
  const at = [String(now)];
  const [messages, open, ended, suspended, instances] = await Promise.all([
    ask('SELECT count(*) FROM messages', []),
    ask(`SELECT d.subscriber, ${STATE}, count(*) FROM deliveries d ${HELD} GROUP BY 1, 2 ORDER BY min(d.seq)`, at),
    ask('SELECT subscriber, state, count(*) FROM ended GROUP BY 1, 2 ORDER BY min(seq)', []),
    ask(
      `SELECT d.subscriber, coalesce(${CODE}, ''), count(*) FROM deliveries d ${HELD}
       WHERE ${STATE} = 'suspended' GROUP BY 1, 2 ORDER BY min(d.seq)`,
      at,
    ),
    ask('SELECT program, status, count(*) FROM instances GROUP BY 1, 2 ORDER BY min(seq)', []),
  ]);
  return {
    messages: Number(messages[0]![0]),
    deliveries: counted<Counts['deliveries'][number]>([...open, ...ended], 'subscriber', 'state'),
    suspended: counted(suspended, 'subscriber', 'code'),
    instances: counted<Counts['instances'][number]>(instances, 'program', 'status'),
  };
}

function counted<T>(rows: Answer, one: string, other: string): T[] {
  return rows.map(([first, second, count]) => ({ [one]: first, [other]: second, count: Number(count) }) as T);
}
