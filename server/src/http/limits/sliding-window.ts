import type { RateLimit } from '@proofpix/contract/rate-limits';

export type Rule = Pick<RateLimit, 'requests' | 'seconds'>;

export type Counted = {
  allowed: boolean;
  remaining: number;
  /** Until one more is allowed. */
  milliseconds: number;
};

/**
 * A window is cut into so many slices, and a request counts until the whole slice in which it came has left: what is
 * allowed is never more than the rule in any span of its length, and comes back at most a sixtieth of it late. A list of
 * times would be exact to the millisecond and grow with the limit; a fixed window lets twice as much pass at its border.
 */
export const slices = 60;

/** Requests by the number of their slice, oldest first. */
export type Window = Map<number, number>;

/** Counts one more, unless the window is full. The same as the script of shared-counters.ts. */
export function takeFrom(window: Window, rule: Rule, now: number): Counted {
  const width = (rule.seconds * 1_000) / slices;
  const current = Math.floor(now / width);
  let used = 0;
  for (const [slice, count] of window) {
    if (slice < current - slices) window.delete(slice);
    else used += count;
  }
  const allowed = used < rule.requests;
  if (allowed) {
    used += 1;
    window.set(current, (window.get(current) ?? 0) + 1);
  }
  const [oldest = current] = window.keys();
  return { allowed, remaining: Math.max(0, rule.requests - used), milliseconds: (oldest + slices + 1) * width - now };
}
