/**
 * What Redis does in one step. Time is Redis's own (TIME), since the clocks of hosts differ and one bucket needs one clock.
 * All keys of a bus bear one hash tag, so a cluster keeps them together.
 */

/**
 * KEYS: run, slots, queue, seen, bucket. ARGV: run, host, permit, concurrent, perSecond, capacity (0: not limited), lease,
 * settle, poll, longest, turn (ms). Answers 0 when the permit is taken, else after how many ms to ask again.
 *
 * Who asks when there is room gets it, unless another host has waited for longer than `turn`: then the next is that one's,
 * as long as it still asks. A Redis that has
 * started anew may have forgotten slots, so it gives none until hosts had the time (`settle`) to tell theirs again; a
 * bucket that it has forgotten, or may remember too full, counts as empty at the start.
 */
export const ACQUIRE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local host, permit = ARGV[2], ARGV[3]
local concurrent, rate, capacity = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local lease, settle, poll, longest = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local turn = tonumber(ARGV[11])

local run = redis.call('HMGET', KEYS[1], 'id', 'since')
local since = tonumber(run[2] or now)
if run[1] ~= ARGV[1] or since > now then
  since = now
  redis.call('HSET', KEYS[1], 'id', ARGV[1], 'since', now)
end

local wait = 0
if concurrent > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  if redis.call('ZCARD', KEYS[2]) >= concurrent then wait = poll end
  if now - since < settle then wait = settle - (now - since) end
end

local tokens = 0
if rate > 0 then
  local bucket = redis.call('HMGET', KEYS[5], 'tokens', 'at')
  local at = tonumber(bucket[2] or 0)
  tokens = tonumber(bucket[1] or 0)
  if at < since then tokens, at = 0, since end
  if at > now then
    at = now
    redis.call('HSET', KEYS[5], 'at', now)
  end
  tokens = math.min(capacity, tokens + (now - at) * rate / 1000)
  if tokens < 0.999999 then wait = math.max(wait, math.ceil((1 - tokens) * 1000 / rate)) end
end

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now)) do
  redis.call('ZREM', KEYS[3], gone)
  redis.call('ZREM', KEYS[4], gone)
end
local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
if first[1] and first[1] ~= host and now - tonumber(first[2]) > turn then wait = math.max(wait, poll) end

if wait > 0 then
  wait = math.min(wait, longest)
  redis.call('ZADD', KEYS[3], 'NX', now, host)
  redis.call('ZADD', KEYS[4], now + wait + longest, host)
  redis.call('PEXPIRE', KEYS[3], 60000)
  redis.call('PEXPIRE', KEYS[4], 60000)
  return wait
end

redis.call('ZREM', KEYS[3], host)
redis.call('ZREM', KEYS[4], host)
if concurrent > 0 then
  redis.call('ZADD', KEYS[2], now + lease, permit)
  redis.call('PEXPIRE', KEYS[2], lease)
end
if rate > 0 then
  redis.call('HSET', KEYS[5], 'tokens', tokens - 1, 'at', now)
  redis.call('PEXPIRE', KEYS[5], math.ceil((capacity + 1) * 1000 / rate) + 1000)
end
return 0
`;

/**
 * KEYS: hosts, then the slots of each permit. ARGV: host, lease (ms), then for each permit `+` (still held) or `-` (given
 * back) and its id. Answers how many hosts there are.
 */
export const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
redis.call('PEXPIRE', KEYS[1], lease)
for i = 2, #KEYS do
  local permit = string.sub(ARGV[i + 1], 2)
  if string.sub(ARGV[i + 1], 1, 1) == '+' then
    redis.call('ZADD', KEYS[i], now + lease, permit)
    redis.call('PEXPIRE', KEYS[i], lease)
  else
    redis.call('ZREM', KEYS[i], permit)
  end
end
return redis.call('ZCARD', KEYS[1])
`;
