import { Problem } from '@proofpix/contract/errors';
import { BackOff } from './back-off.ts';
import { Breaker, type BreakerRules, type CircuitState } from './breaker.ts';
import type { Capabilities, Installation } from './capabilities.ts';

export type Circuit = { circuit: CircuitState; reason: string; retryAt: Date | null };

/** How an installation fares: whether calls are let through, how long its next process waits, and who is told. */
export class Health {
  readonly #breaker: Breaker;
  readonly #backOff = new BackOff();
  readonly #installation: () => Installation;
  readonly #tell: Capabilities['circuit'];

  constructor(options: { installation: () => Installation; capabilities: Capabilities; rules: BreakerRules }) {
    this.#breaker = new Breaker(options.rules);
    this.#installation = options.installation;
    this.#tell = options.capabilities.circuit;
  }

  /** Why a call is not let through; otherwise whether it is the one that decides. */
  admit(now: number): Problem | { probe: boolean } {
    const admitted = this.#breaker.admit(now);
    return admitted === 'refuse' ? this.suspended(now) : admitted === 'probe' ? probing : passing;
  }

  /** A call was answered, whatever the answer. */
  answered(now: number): void {
    this.#backOff.succeeded();
    if (this.#breaker.succeeded(now)) this.#closed('It works again.');
  }

  /** A process was lost, or could not be started because of its plugin. True when no more calls are let through. */
  failed(now: number, reason: string): boolean {
    this.#backOff.died(now);
    if (!this.#breaker.failed(now, reason)) return false;
    this.#tell(this.#installation(), { state: 'open', reason: this.#breaker.reason, retryAt: this.#retryAt(now) });
    return true;
  }

  /** The call that was to decide ended without an answer of the plugin. */
  probeLost(): void {
    this.#breaker.probeLost();
  }

  /** Milliseconds until another process may be started. */
  restLeft(now: number): number {
    return this.#backOff.left(now);
  }

  /** It stays off until somebody releases it. */
  isOff(now: number): boolean {
    return this.#breaker.state(now) === 'open' && this.#breaker.retryAt === null;
  }

  suspended(now: number): Problem {
    const retryAt = this.#retryAt(now);
    const when = retryAt === null ? '' : ` It is tried again at ${retryAt.toISOString()}.`;
    return new Problem('plugin_suspended', `${this.#breaker.reason}${when}`);
  }

  circuit(now: number): Circuit {
    return { circuit: this.#breaker.state(now), reason: this.#breaker.reason, retryAt: this.#retryAt(now) };
  }

  release(now: number): void {
    const wasOpen = this.#breaker.state(now) !== 'closed';
    this.#breaker.release();
    this.#backOff.release();
    if (wasOpen) this.#closed('It was released.');
  }

  #closed(reason: string): void {
    this.#tell(this.#installation(), { state: 'closed', reason, retryAt: null });
  }

  /** The breaker's clock only goes forward; people read another one. */
  #retryAt(now: number): Date | null {
    const { retryAt } = this.#breaker;
    return retryAt === null ? null : new Date(Date.now() + retryAt - now);
  }
}

const probing = { probe: true };
const passing = { probe: false };
