import { describe, expect, it } from 'vitest';
import { BackOff } from '@proofpix/host/back-off';
import { Breaker, type BreakerRules } from '@proofpix/host/breaker';
import { FairQueue } from '@proofpix/host/fair-queue';
import { PerMinute } from '@proofpix/host/limits';

const rules: BreakerRules = {
  failures: 3,
  window: 1_000,
  windowFailures: 5,
  windowShare: 0.5,
  rest: 100,
  longestRest: 300,
  openings: 4,
};

/** A breaker that has opened at 0. */
function opened(): Breaker {
  const breaker = new Breaker(rules);
  for (let count = 1; count <= rules.failures; count += 1) breaker.failed(0, 'It looped.');
  return breaker;
}

describe('a circuit', () => {
  it('opens after failures in a row, and one success in between begins anew', () => {
    const breaker = new Breaker(rules);
    expect([breaker.failed(0, ''), breaker.failed(0, ''), breaker.succeeded(0)]).toEqual([false, false, false]);
    expect([breaker.failed(0, ''), breaker.failed(0, ''), breaker.admit(0)]).toEqual([false, false, 'pass']);
    expect(breaker.failed(0, 'It looped.')).toBe(true);
    expect(breaker.admit(0)).toBe('refuse');
    expect(breaker.reason).toBe('It failed 3 times. The last time: It looped.');
    expect(breaker.retryAt).toBe(100);
  });

  it('opens when half of the calls of a window fail, though never two in a row', () => {
    const breaker = new Breaker(rules);
    const failures = [0, 1, 2, 3, 4].map((at) => {
      breaker.succeeded(at);
      return breaker.failed(at, 'It ended.');
    });
    expect(failures).toEqual([false, false, false, false, true]);
  });

  it('stays closed when as many failures are few among many calls, or far apart', () => {
    const busy = new Breaker(rules);
    const rare = new Breaker(rules);
    for (let at = 0; at < 20; at += 1) {
      for (let count = 0; count < 5; count += 1) busy.succeeded(at);
      expect(busy.failed(at, '')).toBe(false);
      rare.succeeded(at * 1_000);
      expect(rare.failed(at * 1_000, '')).toBe(false);
    }
  });

  it('lets one call through when it has rested, and closes when that is answered', () => {
    const breaker = opened();
    expect([breaker.state(99), breaker.admit(99)]).toEqual(['open', 'refuse']);
    expect([breaker.state(100), breaker.admit(100), breaker.admit(100)]).toEqual(['half-open', 'probe', 'refuse']);
    expect(breaker.succeeded(110)).toBe(true);
    expect([breaker.state(110), breaker.admit(110), breaker.reason]).toEqual(['closed', 'pass', '']);
  });

  it('lets the next call through when the one that was to decide ended without an answer', () => {
    const breaker = opened();
    expect(breaker.admit(100)).toBe('probe');
    breaker.probeLost();
    expect([breaker.admit(101), breaker.admit(101)]).toEqual(['probe', 'refuse']);
  });

  it('rests twice as long each time, up to the longest, and then stays open until it is released', () => {
    const breaker = opened();
    const rests: (number | null)[] = [];
    let now = 100;
    for (let opening = 2; opening <= rules.openings; opening += 1) {
      expect(breaker.admit(now)).toBe('probe');
      expect(breaker.failed(now, 'It looped.')).toBe(true);
      rests.push(breaker.retryAt === null ? null : breaker.retryAt - now);
      now = breaker.retryAt ?? now;
    }
    expect(rests).toEqual([200, 300, null]);
    expect([breaker.state(1e12), breaker.admit(1e12)]).toEqual(['open', 'refuse']);
    expect(breaker.reason).toContain('stays off until it is released');
    breaker.release();
    expect([breaker.admit(now), breaker.reason]).toEqual(['pass', '']);
  });

  it('is not closed by an answer that was under way when it opened', () => {
    const breaker = opened();
    expect(breaker.succeeded(1)).toBe(false);
    expect(breaker.admit(1)).toBe('refuse');
  });
});

describe('the rest after a death', () => {
  it('doubles up to a minute, half of it by chance, and answers end it', () => {
    const [shortest, longest] = [new BackOff(), new BackOff()];
    const rests: number[][] = [];
    for (let death = 0; death < 10; death += 1) {
      shortest.died(0, () => 0);
      longest.died(0, () => 1);
      rests.push([shortest.left(0), longest.left(0)]);
    }
    expect(rests.slice(0, 3)).toEqual([
      [125, 250],
      [250, 500],
      [500, 1_000],
    ]);
    expect(rests[9]).toEqual([30_000, 60_000]);
    expect(longest.left(59_000)).toBe(1_000);
    expect(longest.left(61_000)).toBe(0);
    for (let answer = 0; answer < 40; answer += 1) longest.succeeded();
    longest.died(0, () => 1);
    expect(longest.left(0)).toBe(250);
  });
});

describe('a plugin that answers now and then and dies in between', () => {
  it('rests longer each time all the same', () => {
    const backOff = new BackOff();
    for (let death = 0; death < 8; death += 1) {
      backOff.died(0, () => 1);
      backOff.succeeded();
      backOff.succeeded();
    }
    backOff.died(0, () => 1);
    expect(backOff.left(0)).toBe(4_000);
  });
});

describe('a queue between organisations', () => {
  it('serves each in turn, however many one of them has waiting', () => {
    const queue = new FairQueue<string>();
    for (let count = 1; count <= 500; count += 1) queue.push('a', `a${count}`);
    queue.push('b', 'b1');
    queue.push('c', 'c1');
    queue.push('b', 'b2');
    expect(queue.peek()).toBe('a1');
    const served = [1, 2, 3, 4, 5, 6].map(() => queue.shift());
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(queue.size).toBe(497);
  });

  it('forgets one that gave up, and the turn of whoever has none left', () => {
    const queue = new FairQueue<string>();
    queue.push('a', 'a1');
    queue.push('b', 'b1');
    queue.remove('a', 'a1');
    queue.remove('a', 'a1');
    expect([queue.size, queue.shift(), queue.shift(), queue.peek()]).toEqual([1, 'b1', undefined, undefined]);
  });
});

describe('a limit of a minute', () => {
  it('tells the first that is over it from the others, and begins anew with the next minute', () => {
    const minute = new PerMinute(2);
    const counted = [0, 1, 2, 3].map((at) => minute.add(at));
    expect(counted).toEqual(['within', 'within', 'first', 'over']);
    expect(minute.add(60_000)).toBe('within');
  });
});
