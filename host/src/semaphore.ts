/** Lets through as much at a time as fits, in order. */
export class Semaphore {
  #free: number;
  readonly #waiting: { weight: number; go: () => void }[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** `weight` must not be more than the whole size. */
  acquire(weight: number): Promise<void> {
    if (this.#waiting.length === 0 && weight <= this.#free) {
      this.#free -= weight;
      return Promise.resolve();
    }
    return new Promise((go) => this.#waiting.push({ weight, go }));
  }

  release(weight: number): void {
    this.#free += weight;
    for (let next = this.#waiting[0]; next !== undefined && next.weight <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.weight;
      next.go();
    }
  }
}
