import type { Redis } from '../../redis.ts';
import type { App } from '../bind.ts';
import { admitRequest, type Admission } from './admit-request.ts';
import { createOwnCounters, type Counters } from './counters.ts';
import { createSharedCounters } from './shared-counters.ts';

export type Limits = {
  admit: App['admit'];
  /** Where requests are counted at the moment. */
  state(): 'own' | 'shared' | 'not-shared';
};

/** Counts requests in this server, or together with those that share its Redis. */
export function openLimits(parts: Omit<Admission, 'counters'> & { redis: Redis | undefined }): Limits {
  const { redis, ...rest } = parts;
  const own = createOwnCounters();
  const counters: Counters = redis ? createSharedCounters(redis, own) : { take: async (...one) => own.take(...one) };
  const admission = { ...rest, counters };
  return {
    admit: (row, request, reply) => admitRequest(admission, row, request, reply),
    state: () => (redis === undefined ? 'own' : redis.answers() ? 'shared' : 'not-shared'),
  };
}
