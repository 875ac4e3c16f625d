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

/** Why a plugin that is installed could not be started again. What its code lacks is a fault of the package, as it is at install. */
export function asStartProblem(error: unknown): unknown {
  return error instanceof Problem && error.code === 'plugin_hook_missing' ? asLoadProblem(error) : error;
}

/** Why a plugin could not be loaded, as one kind of problem: it was stopped, it died, or its code failed. */
export function asLoadProblem(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code === 'plugin_load_failed') return error;
  return new Problem('plugin_load_failed', error.message, error.fields);
}
