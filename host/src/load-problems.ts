import { Problem } from '@proofpix/contract/errors';
import type { StepError } from '@proofpix/contract/runs';

/** Our own failure: the cause is for the operator's log, not for whoever called. */
export function sandboxProblem(cause: unknown): Problem {
  return Object.assign(new Problem('plugin_load_failed', 'Its sandbox could not be started.'), { cause });
}

/** A failed `initialize` as the reason why a plugin was not loaded. */
export function loadProblem(error: StepError): Problem {
  if (error.code === 'plugin_timeout' || error.code === 'plugin_died' || error.code === 'plugin_memory') {
    return new Problem(error.code, 'It happened in initialize.');
  }
  return new Problem('plugin_load_failed', `initialize failed: ${error.message}`);
}
