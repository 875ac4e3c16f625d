const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** What Standard Webhooks suggests: how long to wait after the first, second, … attempt. Three days in all. */
const waits = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];
/** Spreads what failed together, so that it does not come back together. */
const jitter = 0.2;
const longestAsked = 24 * hours;

/**
 * When to try again after so many attempts; null when it was tried often enough. `retryAfter` is what the other side
 * asked for, in milliseconds: it may put the next attempt off, never bring it forward.
 */
export function nextAttempt(
  attempts: number,
  { now, retryAfter = 0, random = Math.random }: { now: Date; retryAfter?: number; random?: () => number },
): Date | null {
  const wait = waits[attempts - 1];
  if (wait === undefined) return null;
  const spread = wait * (1 + jitter * random());
  return new Date(now.getTime() + Math.max(spread, Math.min(retryAfter, longestAsked)));
}

/** Milliseconds in a Retry-After header: seconds, or a date. 0 for anything else. */
export function retryAfterOf(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * seconds;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}
