import { createHash } from 'node:crypto';
import type { Redis } from '../../redis.ts';

export type AttemptKey = { key: string; allowed: number };

/** KEYS: what is counted; ARGV: the window in ms, then what is allowed of each. All or none is counted, in one step. */
const takeScript = `
local wait = 0
for index = 1, #KEYS do
  if tonumber(redis.call('GET', KEYS[index]) or 0) >= tonumber(ARGV[index + 1]) then
    wait = math.max(wait, 1, redis.call('PTTL', KEYS[index]))
  end
end
if wait > 0 then return wait end
for index = 1, #KEYS do
  if redis.call('INCR', KEYS[index]) == 1 then redis.call('PEXPIRE', KEYS[index], ARGV[1]) end
end
return 0
`;

/** A window that ended meanwhile took the attempt with it. */
const takeBackScript = `
for index = 1, #KEYS do
  if tonumber(redis.call('GET', KEYS[index]) or 0) > 0 then redis.call('DECR', KEYS[index]) end
end
return 0
`;

export type SharedTries = {
  /** Milliseconds until they may try again, 0 when this one was counted; null where Redis does not answer. */
  take(keys: readonly AttemptKey[], windowMilliseconds: number): Promise<number | null>;
  takeBack(keys: readonly AttemptKey[]): Promise<void>;
};

/** What all servers that share a Redis have counted: else each server more would be as many guesses more. */
export function createSharedTries(redis: Redis): SharedTries {
  const take = redis.script<number>(takeScript);
  const takeBack = redis.script<number>(takeBackScript);
  // Keys hold addresses and e-mails, which are nobody's to read there.
  const namesOf = (keys: readonly AttemptKey[]) =>
    keys.map(({ key }) => `proofpix:attempts:${createHash('sha256').update(key).digest('base64url')}`);
  return {
    take: (keys, windowMilliseconds) => take(namesOf(keys), windowMilliseconds, ...keys.map(({ allowed }) => allowed)),
    async takeBack(keys) {
      await takeBack(namesOf(keys));
    },
  };
}
