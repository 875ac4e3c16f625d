/**
 * One timer for many deadlines: a timer for each call costs more than all else that is noted down about it. The timer
 * stands at the earliest deadline that was announced; an end that comes in time is not told to it.
 */
export class Deadlines {
  readonly #look: (now: number) => number;
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;
  #closed = false;

  /** @param look - ends what is due and gives when the next one is, or Infinity */
  constructor(look: (now: number) => number) {
    this.#look = look;
  }

  expect(due: number, now: number): void {
    if (due >= this.#due || this.#closed) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#fire(), Math.max(1, Math.ceil(due - now)));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #fire(): void {
    // One turn later: an answer that came while we were busy elsewhere is read before anybody is stopped.
    setImmediate(() => {
      if (this.#closed) return;
      this.#due = Infinity;
      const now = performance.now();
      this.expect(this.#look(now), now);
    });
  }
}
