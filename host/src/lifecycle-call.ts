import type { StepError } from '@proofpix/contract/runs';
import type { CallBody } from '@proofpix/contract/wire';
import type { AssignedRunner } from './assigned-runner.ts';
import type { Capabilities, Installation, Observation } from './capabilities.ts';
import { BrokenResult, checkResult } from './check-result.ts';
import { openCall, type OpenCall, type Outcome } from './open-call.ts';

/** Calls a lifecycle function, beside the queue. Gives what went wrong. */
export async function callLifecycle(
  runner: AssignedRunner,
  call: { kind: Exclude<CallBody['kind'], 'hook'>; deadline: number; inputJson?: string },
  told: { installation: Installation; capabilities: Capabilities; cpuLimit?: number },
): Promise<StepError | null> {
  const { kind, deadline, inputJson = 'null' } = call;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const cpuLimit = Math.min(deadline, told.cpuLimit ?? Infinity);
  const open = openCall({ kind, hook: null, inputJson, deadline, cpuLimit, settle: resolve });
  const began = performance.now();
  runner.send(open);
  const error = judge(await promise, open);
  told.capabilities.observe(told.installation, {
    ...observationOf(open, performance.now() - began),
    ok: error === null,
    code: error?.code ?? null,
  });
  return error;
}

export function observationOf(call: OpenCall, milliseconds: number): Omit<Observation, 'ok' | 'code'> {
  const { hostCalls, byHostCall, bytesRead, bytesWritten, traffic } = call.used;
  const { kind, hook } = call;
  return { kind, hook, milliseconds, hostCalls, byHostCall, bytesRead, bytesWritten, traffic };
}

/** What went wrong in a lifecycle call; its value is nobody's business. */
function judge(outcome: Outcome, call: OpenCall): StepError | null {
  if (!outcome.ok) return outcome.error;
  try {
    const result = checkResult(outcome.json, null);
    return result.ok ? null : result.error;
  } catch (error) {
    if (!(error instanceof BrokenResult)) throw error;
    call.runner?.blame(error.message);
    return { code: 'plugin_died', message: error.message };
  }
}
