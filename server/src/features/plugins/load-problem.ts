import { Problem } from '@proofpix/contract/errors';

/** Why a plugin could not be loaded, as one kind of problem: it was stopped, it died, or its code failed. */
export function loadProblem(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code === 'plugin_load_failed') return error;
  return new Problem('plugin_load_failed', error.message, error.fields);
}
