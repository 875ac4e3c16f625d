import type { FastifyReply, FastifyRequest } from 'fastify';
import { rateLimitOf, rateLimits, type RateLimitName } from '@proofpix/contract/rate-limits';
import type { Route } from '@proofpix/contract/route';
import type { Caller } from '../bind.ts';
import { networkOf } from '../network-of.ts';
import { TooMany } from '../problems.ts';
import type { Counters } from './counters.ts';

/** What became of one of the month's requests. */
export type MonthCount = { allowed: boolean; limit: number; used: number; resetsAt: Date };

export type Admission = {
  /** Requests of each class; 0 for as many as anyone likes. */
  allowed: Readonly<Record<RateLimitName, number>>;
  counters: Counters;
  /** Counts one request of the month, and gives null where the plan has no limit. */
  countMonth: (caller: Caller) => Promise<MonthCount | null>;
  /** Takes back what was counted at that time. */
  takeBack: (caller: Caller, at: Date) => Promise<void>;
};

/** A provider gives its customers a whole network of IPv6 addresses: one address each would be no limit. */
const networkBits = { ipv4: 32, ipv6: 64 };

/**
 * Counts a request that may be made, says so in the headers of draft-ietf-httpapi-ratelimit-headers-12, and refuses it
 * when there were too many.
 * @throws TooMany
 */
export async function admitRequest(
  { allowed, counters, countMonth, takeBack }: Admission,
  row: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { caller } = request;
  const name = rateLimitOf(row);
  if (name !== null && allowed[name] > 0 && !(name === 'catalog' && caller?.credential === 'cookie')) {
    const { seconds } = rateLimits[name];
    const rule = { requests: allowed[name], seconds };
    const counted = await counters.take(name, whoseOf(name, request), rule);
    const reset = Math.max(1, Math.ceil(counted.milliseconds / 1_000));
    tell(reply, { name, limit: rule.requests, window: seconds, remaining: counted.remaining, reset });
    if (!counted.allowed) {
      throw new TooMany(reset, { detail: `${rule.requests} in ${windowText(seconds)}. The next one in ${reset} s.` });
    }
  }
  // The web app is not counted: reading one's own results must not end with the month.
  if (caller === null || caller.credential === 'cookie' || row.uncounted === true) return;
  const at = new Date();
  const month = await countMonth(caller);
  if (month?.allowed !== false) {
    reply.raw.once('finish', () => {
      if (wasRefused(reply.statusCode)) void takeBack(caller, at);
    });
  }
  if (month === null) return;
  const reset = Math.max(1, Math.ceil((month.resetsAt.getTime() - Date.now()) / 1_000));
  tell(reply, { name: 'month', limit: month.limit, remaining: Math.max(0, month.limit - month.used), reset });
  if (month.allowed) return;
  const detail = `${month.limit} requests; they begin anew at ${month.resetsAt.toISOString()}.`;
  throw new TooMany(reset, { code: 'monthly_limit_reached', detail });
}

/**
 * What could not be read, or failed by our fault, is not paid for with the month. What found nothing or met a conflict was
 * answered, and counts. The other limits count all of them, so that nobody asks without end.
 */
function wasRefused(status: number): boolean {
  return [400, 413, 415, 429].includes(status) || status >= 500;
}

/** Whose requests are counted together. */
function whoseOf(name: RateLimitName, { caller, ip }: FastifyRequest): string {
  if (caller === null) return `address ${networkOf(ip, networkBits)}`;
  if (rateLimits[name].per === 'organisation') return caller.organisationId;
  return caller.credential === 'api_token'
    ? `token ${caller.credentialId}`
    : `member ${caller.organisationId} ${caller.userId}`;
}

function windowText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${seconds / 60} minutes`;
}

type Told = { name: string; limit: number; window?: number; remaining: number; reset: number };

/** One item for each limit that the request met. */
function tell(reply: FastifyReply, { name, limit, window, remaining, reset }: Told): void {
  const before = (field: string) => {
    const value = reply.getHeader(field);
    return typeof value === 'string' ? `${value}, ` : '';
  };
  const policy = `"${name}";q=${limit}${window === undefined ? '' : `;w=${window}`}`;
  reply.header('ratelimit-policy', before('ratelimit-policy') + policy);
  reply.header('ratelimit', `${before('ratelimit')}"${name}";r=${remaining};t=${reset}`);
}
