import type { Problem } from '@proofpix/contract/errors';
import { Deadlines } from './deadlines.ts';
import { endCall, failed, type OpenCall } from './open-call.ts';

const mostWaiting = 1_024;
const mostWaitingChars = 64 * 1024 * 1024;

/** Calls of one installation that wait for room in its runner: bounded, and each no longer than it may then take. */
export class CallQueue {
  readonly #calls: OpenCall[] = [];
  readonly #deadlines = new Deadlines((now) => this.#endLate(now));
  readonly #whyLate: (call: OpenCall, now: number) => Problem | null;
  readonly #onLeft: () => void;
  #chars = 0;

  /**
   * @param options.whyLate - what a call that has waited too long is told; null lets it wait on
   * @param options.onLeft - some ended without having been called
   */
  constructor(options: { whyLate: (call: OpenCall, now: number) => Problem | null; onLeft: () => void }) {
    this.#whyLate = options.whyLate;
    this.#onLeft = options.onLeft;
  }

  get size(): number {
    return this.#calls.length;
  }

  get first(): OpenCall | undefined {
    return this.#calls[0];
  }

  hasRoomFor(call: OpenCall): boolean {
    return this.#calls.length < mostWaiting && this.#chars + call.inputJson.length <= mostWaitingChars;
  }

  push(call: OpenCall): void {
    this.#calls.push(call);
    this.#chars += call.inputJson.length;
  }

  /** Calls that were in a runner that was lost: they were there first. */
  putBack(calls: readonly OpenCall[]): void {
    this.#calls.unshift(...calls);
    for (const call of calls) {
      this.#chars += call.inputJson.length;
      this.limit(call);
    }
  }

  /** From now on it waits no longer than its deadline. For one that could not be sent at once. */
  limit(call: OpenCall): void {
    const now = performance.now();
    call.waitingSince = now;
    call.due = now + call.deadline;
    this.#deadlines.expect(call.due, now);
  }

  shift(): OpenCall | undefined {
    const call = this.#calls.shift();
    if (call !== undefined) this.#chars -= call.inputJson.length;
    return call;
  }

  withdraw(call: OpenCall, problem: Problem): void {
    const at = this.#calls.indexOf(call);
    if (at === -1) return;
    this.#calls.splice(at, 1);
    this.#chars -= call.inputJson.length;
    endCall(call, failed(problem));
    this.#onLeft();
  }

  endAll(problem: Problem): void {
    const calls = this.#calls.splice(0);
    this.#chars = 0;
    for (const call of calls) endCall(call, failed(problem));
  }

  close(): void {
    this.#deadlines.close();
  }

  #endLate(now: number): number {
    let next = Infinity;
    for (const call of this.#calls.slice()) {
      if (call.due <= now) {
        const problem = this.#whyLate(call, now);
        if (problem !== null) {
          this.withdraw(call, problem);
          continue;
        }
        // Asked again after as long: what it waits for may be over by then without an answer.
        call.due = now + call.deadline;
      }
      next = Math.min(next, call.due);
    }
    return next;
  }
}
