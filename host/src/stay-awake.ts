import { availableParallelism } from 'node:os';

/** Longer than a small call takes, and shorter than anybody would notice. */
const awakeMilliseconds = 0.1;
/** After misses it is tried again this many exchanges later, at most. */
const longestRest = 256;
/** With one processor whoever stays awake keeps the other one waiting. */
const hasRoom = availableParallelism() > 1;

/**
 * A thread that sleeps while it waits for a small call is woken later than the call itself takes. So the event loop goes
 * round without sleeping for a moment after a call was sent; everything else in it goes on. Where that was in vain, as
 * with calls that take their time and on a busy machine, it is tried ever more rarely.
 */
export class StayAwake {
  #until = 0;
  #waits = false;
  #goesRound = false;
  #misses = 0;
  #rest = 0;

  asked(): void {
    if (!hasRoom) return;
    if (this.#rest > 0) {
      this.#rest -= 1;
      return;
    }
    this.#waits = true;
    this.#until = performance.now() + awakeMilliseconds;
    if (this.#goesRound) return;
    this.#goesRound = true;
    setImmediate(this.#goRound);
  }

  answered(): void {
    if (!this.#waits) return;
    this.#waits = false;
    this.#until = 0;
    this.#misses = Math.max(0, this.#misses - 1);
  }

  readonly #goRound = (): void => {
    if (performance.now() < this.#until) {
      setImmediate(this.#goRound);
      return;
    }
    this.#goesRound = false;
    if (!this.#waits) return;
    this.#waits = false;
    this.#misses += 1;
    this.#rest = Math.min(2 ** this.#misses, longestRest);
  };
}
