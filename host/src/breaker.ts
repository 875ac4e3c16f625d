/** When a circuit opens and for how long. Milliseconds unless the name says otherwise. */
export type BreakerRules = {
  /** So many failures one behind the other open it. */
  failures: number;
  /** So does a share of failures within a window, once there are enough of them. */
  window: number;
  windowFailures: number;
  windowShare: number;
  /** The first rest; each further one is twice as long, up to the longest. */
  rest: number;
  longestRest: number;
  /** So many openings without a success in between, and it stays open until somebody releases it. */
  openings: number;
};

export const usualBreakerRules: BreakerRules = {
  failures: 5,
  window: 60_000,
  windowFailures: 10,
  windowShare: 0.5,
  rest: 5_000,
  longestRest: 10 * 60_000,
  openings: 5,
};

/** `half-open`: rested, and the next call is let through to see whether it works. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/**
 * The circuit of one installation: closed while it works, open while it rests. Failures are those that cost a process
 * (death, deadline, memory, a start that failed); what a plugin throws is an answer. Knows no clock: whoever asks says
 * what time it is.
 */
export class Breaker {
  readonly #rules: BreakerRules;
  #state: CircuitState = 'closed';
  #inRow = 0;
  #openings = 0;
  #retryAt: number | null = null;
  #reason = '';
  #probing = false;
  #windowSince = -Infinity;
  #windowFailed = 0;
  #windowTotal = 0;

  constructor(rules: BreakerRules = usualBreakerRules) {
    this.#rules = rules;
  }

  /** Half-open begins with time alone, so it has to be asked for at a time. */
  state(now: number): CircuitState {
    return this.#state === 'open' && this.#retryAt !== null && now >= this.#retryAt ? 'half-open' : this.#state;
  }

  /** Why it is not closed; empty when it is. */
  get reason(): string {
    return this.#reason;
  }

  /** null while it is closed, and when it stays open until it is released. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** A `probe` decides: until it ended, no other call is let through. */
  admit(now: number): 'pass' | 'probe' | 'refuse' {
    if (this.#state === 'closed') return 'pass';
    if (this.#probing || this.state(now) !== 'half-open') return 'refuse';
    this.#state = 'half-open';
    this.#probing = true;
    return 'probe';
  }

  /** A call was answered. True when that closed the circuit. */
  succeeded(now: number): boolean {
    if (this.#state === 'closed') {
      this.#inRow = 0;
      this.#count(now, 0);
      return false;
    }
    if (this.#state === 'open') return false;
    this.release();
    return true;
  }

  /** A process was lost. True when that opened the circuit. */
  failed(now: number, reason: string): boolean {
    if (this.#state === 'open') return false;
    this.#inRow += 1;
    this.#count(now, 1);
    if (this.#state === 'closed' && this.#inRow < this.#rules.failures && !this.#isOftenFailing()) return false;
    this.#open(now, reason);
    return true;
  }

  /** The probe ended without showing anything, as when its caller left: the next call is one. */
  probeLost(): void {
    this.#probing = false;
  }

  release(): void {
    this.#state = 'closed';
    this.#inRow = 0;
    this.#openings = 0;
    this.#retryAt = null;
    this.#reason = '';
    this.#probing = false;
    this.#windowSince = -Infinity;
  }

  #open(now: number, reason: string): void {
    const { rest, longestRest, openings } = this.#rules;
    const failures = this.#inRow < this.#rules.failures ? this.#windowFailed : this.#inRow;
    this.#state = 'open';
    this.#probing = false;
    this.#openings += 1;
    const isOver = this.#openings >= openings;
    this.#retryAt = isOver ? null : now + Math.min(longestRest, rest * 2 ** (this.#openings - 1));
    this.#reason = isOver
      ? `It failed each of the ${openings} times it was tried again and stays off until it is released. The last time: ${reason}`
      : `It failed ${failures} times. The last time: ${reason}`;
    this.#windowSince = -Infinity;
  }

  #count(now: number, failed: 0 | 1): void {
    if (now - this.#windowSince >= this.#rules.window) {
      this.#windowSince = now;
      this.#windowFailed = 0;
      this.#windowTotal = 0;
    }
    this.#windowFailed += failed;
    this.#windowTotal += 1;
  }

  #isOftenFailing(): boolean {
    return (
      this.#windowFailed >= this.#rules.windowFailures &&
      this.#windowFailed >= this.#windowTotal * this.#rules.windowShare
    );
  }
}
