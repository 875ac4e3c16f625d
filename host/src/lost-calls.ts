import { Problem } from '@proofpix/contract/errors';
import type { Loss } from './assigned-runner.ts';
import { endCall, failed, resetCall, type OpenCall } from './open-call.ts';
import type { Start } from './start.ts';

/** At least so long calls wait for the rest after a death, and for a process where there is room for one. */
const restGraceMilliseconds = 2_000;
const bootGraceMilliseconds = 10_000;
/** So long one that is tried again waits for others that run alone, each until its own deadline. */
const retryGraceMilliseconds = 30_000;

const actedNotice = 'It is not called again: it had already done something outside.';

/**
 * Ends the calls of a runner that was lost, and gives those that are tried again: somebody else's fault, once. Not those
 * that sent, stored or reported something, which would be done twice; and not raised hooks, for which nobody waits: a
 * flood of them, each tried alone, takes a runner for each.
 */
export function endLost(loss: Loss, options: { retries: boolean }): OpenCall[] {
  const again: OpenCall[] = [];
  for (const call of loss.calls) {
    const blamed = loss.culprit === call || (loss.culprit === null && loss.calls.length === 1);
    const isFirst = options.retries && call.kind === 'hook' && call.state === 'open' && call.attempts === 1;
    const mayRetry = isFirst && !blamed && call.emission.depth === 0;
    if (!mayRetry || call.acted) {
      endCall(call, failed(new Problem(loss.code, mayRetry ? `${loss.detail} ${actedNotice}` : loss.detail)));
      continue;
    }
    resetCall(call);
    // Nobody knows which of them did it: each gets its second chance with nothing beside it, so that it harms only itself.
    call.alone = loss.culprit === null;
    again.push(call);
  }
  return again;
}

/**
 * What a call that waited as long as it may take is told; null lets it wait on. Time that its plugin takes to be started is
 * not its own, so one with a short deadline waits longer for that.
 */
export function whyLate(
  call: OpenCall,
  now: number,
  phase: Start['phase'] | undefined,
  isPoolFull: boolean,
): Problem | null {
  const waited = now - call.waitingSince;
  switch (phase) {
    case 'loading':
      return null;
    case 'resting':
      return waited < restGraceMilliseconds
        ? null
        : new Problem('plugin_suspended', 'It rests because its process ended.');
    case 'queued':
      return waited < bootGraceMilliseconds && !isPoolFull ? null : new Problem('sandbox_busy');
    case undefined:
      return call.attempts > 0 && waited < retryGraceMilliseconds ? null : new Problem('plugin_overloaded');
  }
}
