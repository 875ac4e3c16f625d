const shortestMilliseconds = 250;
const longestMilliseconds = 60_000;
const answersForADeath = 4;

/**
 * How long an installation whose process ended waits for the next one: twice as long after each death, so that a plugin
 * that dies at once does not keep the machine busy starting processes. Answered calls make up for a death, a few of them.
 */
export class BackOff {
  #deaths = 0;
  #until = 0;

  died(now: number, random: () => number = Math.random): void {
    const wait = Math.min(longestMilliseconds, shortestMilliseconds * 2 ** Math.min(Math.floor(this.#deaths), 16));
    this.#deaths += 1;
    // Half of it is chance: many that died together, as when the machine ran out of memory, must not come back together.
    this.#until = now + wait / 2 + (wait / 2) * random();
  }

  succeeded(): void {
    // Not one alone: a plugin that answers now and then and dies in between would cost a process each time.
    this.#deaths = Math.max(0, this.#deaths - 1 / answersForADeath);
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
