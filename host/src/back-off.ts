const shortestMilliseconds = 250;
const longestMilliseconds = 60_000;

/**
 * How long an installation whose process ended waits for the next one: twice as long after each death, so that a plugin
 * that dies at once does not keep the machine busy starting processes. An answered call ends it.
 */
export class BackOff {
  #deaths = 0;
  #until = 0;

  died(now: number, random: () => number = Math.random): void {
    const wait = Math.min(longestMilliseconds, shortestMilliseconds * 2 ** Math.min(this.#deaths, 16));
    this.#deaths += 1;
    // Half of it is chance: many that died together, as when the machine ran out of memory, must not come back together.
    this.#until = now + wait / 2 + (wait / 2) * random();
  }

  succeeded(): void {
    this.#deaths = 0;
  }

  /** Milliseconds that are left. */
  left(now: number): number {
    return Math.max(0, this.#until - now);
  }

  release(): void {
    this.#deaths = 0;
    this.#until = 0;
  }
}
