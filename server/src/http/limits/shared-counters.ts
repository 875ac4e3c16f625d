import type { Redis } from '../../redis.ts';
import type { Counters, OwnCounters } from './counters.ts';
import { slices } from './sliding-window.ts';

/**
 * takeFrom of sliding-window.ts, in one step for all servers and by the clock of Redis: theirs may differ. KEYS: the window;
 * ARGV: requests, seconds, slices.
 */
const script = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local requests, slices = tonumber(ARGV[1]), tonumber(ARGV[3])
local width = tonumber(ARGV[2]) * 1000 / slices
local current = math.floor(now / width)
local used, oldest = 0, current
local fields = redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local slice = tonumber(fields[index])
  if slice < current - slices then
    redis.call('HDEL', KEYS[1], fields[index])
  else
    used = used + tonumber(fields[index + 1])
    oldest = math.min(oldest, slice)
  end
end
local allowed = 0
if used < requests then
  allowed = 1
  used = used + 1
  redis.call('HINCRBY', KEYS[1], current, 1)
  redis.call('PEXPIRE', KEYS[1], math.ceil(width * (slices + 1)))
end
return { allowed, math.max(0, requests - used), math.ceil((oldest + slices + 1) * width - now) }
`;

/**
 * The counters of all servers that share a Redis. While it does not answer each server goes on from what it let pass
 * itself: a limit is then as many times as there are servers, which is better than none, and better than an outage.
 */
export function createSharedCounters(redis: Redis, own: OwnCounters): Counters {
  const takeFromWindow = redis.script<[allowed: number, remaining: number, milliseconds: number]>(script);
  return {
    async take(name, key, rule) {
      const taken = await takeFromWindow(`proofpix:limit:${name}:${key}`, rule.requests, rule.seconds, slices);
      if (taken === null) return own.take(name, key, rule);
      const [allowed, remaining, milliseconds] = taken;
      // Remembered here as well, for the moment at which Redis is gone.
      if (allowed === 1) own.take(name, key, rule);
      return { allowed: allowed === 1, remaining, milliseconds };
    },
  };
}
