import type { Redis } from '../../redis.ts';

/** KEYS: the month; ARGV: the limit, and what was counted before where it is known. Gives -1 where that is to be said first. */
const script = `
local used = tonumber(redis.call('GET', KEYS[1]) or ARGV[2])
if used < 0 then return { -1, 0 } end
local allowed = 0
if used < tonumber(ARGV[1]) then
  allowed = 1
  used = used + 1
end
redis.call('SET', KEYS[1], used, 'EX', ${40 * 24 * 60 * 60}) -- longer than any month
return { allowed, used }
`;

const takeBackScript = `
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end
return 0
`;

export type SharedMonths = {
  /**
   * Counts one request of all servers together; null where Redis does not answer.
   * @param before what the database says, asked where Redis knows nothing yet
   */
  take(key: string, limit: number, before: () => Promise<number>): Promise<{ allowed: boolean; used: number } | null>;
  takeBack(key: string): Promise<void>;
};

/** What all servers that share a Redis have counted of a month: exact, where each alone would be some seconds behind. */
export function createSharedMonths(redis: Redis): SharedMonths {
  const takeFromMonth = redis.script<[allowed: number, used: number]>(script);
  const takeBack = redis.script<number>(takeBackScript);
  const nameOf = (key: string) => `proofpix:month:${key}`;
  return {
    async take(key, limit, before) {
      const name = nameOf(key);
      let taken = await takeFromMonth(name, limit, -1);
      if (taken !== null && taken[0] === -1) taken = await takeFromMonth(name, limit, await before());
      return taken && { allowed: taken[0] === 1, used: taken[1] };
    },
    async takeBack(key) {
      await takeBack(nameOf(key));
    },
  };
}
