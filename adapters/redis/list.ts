/**
 * A list as a source. What is taken moves, in one step of the server, into a sorted set of what is under way, with the time at
 * which it counts as idle; from there it goes when it is durable, or to whoever asks after that time.
 */
import type { AdapterContext, Incoming } from '../../runtime/contracts/adapter.ts';
import { partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { defaults, milliseconds, type RedisReceiveConfig } from './config.ts';
import type { Connection } from './connection.ts';
import type { Source, Taken } from './source.ts';

/** KEYS: list, under way. ARGV: idle in ms, how many, an id. A member is `<id> <item>`; times are the server's. */
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local taken = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ARGV[2])
for _, member in ipairs(taken) do redis.call('ZADD', KEYS[2], now + ARGV[1], member) end
while #taken < tonumber(ARGV[2]) do
  local item = redis.call('RPOP', KEYS[1])
  if not item then break end
  local member = ARGV[3] .. '-' .. #taken .. ' ' .. item
  redis.call('ZADD', KEYS[2], now + ARGV[1], member)
  taken[#taken + 1] = member
end
return taken`;

/** KEYS: list, under way. ARGV: member. Back to where it was taken from. */
const GIVE_BACK = `
if redis.call('ZREM', KEYS[2], ARGV[1]) == 1 then
  redis.call('RPUSH', KEYS[1], string.sub(ARGV[1], string.find(ARGV[1], ' ', 1, true) + 1))
end`;

/** How long (ms) it waits before it looks again. */
const PAUSE = 100;

export function openList(
  connection: Connection,
  config: RedisReceiveConfig,
  context: AdapterContext,
  signal: AbortSignal,
): Source {
  const options = { ...defaults, ...config };
  const list = config.list!;
  const underWay = `${list}:guildhall`;
  const { call } = connection;
  const mine = new Set<Buffer>();

  async function next(): Promise<Taken[]> {
    const id = context.newId();
    const found = (await call(
      'EVAL',
      TAKE,
      2,
      list,
      underWay,
      milliseconds(options.idle),
      options.count,
      id,
    )) as Buffer[];
    if (found.length === 0) await context.clock.sleep(PAUSE, signal).catch(() => {}); // Told to stop: the caller sees it.
    return found.map(toTaken);
  }

  function toTaken(member: Buffer): Taken {
    const at = member.indexOf(32);
    const incoming: Incoming = {
      parts: [partOf(member.subarray(at + 1), options.contentType)],
      context: new Map([[BUS.sourceName, { value: list, promoted: false }]]),
      key: `${list} ${member.subarray(0, at).toString()}`,
    };
    mine.add(member);
    const done = async () => {
      await call('ZREM', underWay, member);
      mine.delete(member);
    };
    return { incoming, done };
  }

  async function leave(): Promise<void> {
    for (const member of mine) await call('EVAL', GIVE_BACK, 2, list, underWay, member);
    mine.clear();
  }

  return { next, leave };
}
