import { Problem } from '@proofpix/contract/errors';
import type { InstallationRow } from '../queries.ts';

/** Why a plugin that did something hostile does not run. */
export function quarantineProblem({ state_reason: reason }: Pick<InstallationRow, 'state_reason'>): Problem {
  return new Problem('plugin_quarantined', reason ?? undefined);
}
