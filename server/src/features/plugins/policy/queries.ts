import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../../db/tenancy.ts';
import type { State } from '../queries.ts';

/** Why it may not run from now on, and whether it ran; null: it may. */
export async function setDenied(
  tx: Tx,
  change: { id: string; denied: string | null; resumes: boolean; state: State; reason: string | null },
): Promise<void> {
  const { id, denied, resumes, state, reason } = change;
  await tx
    .updateTable('plugins')
    .set({
      denied: denied === null ? null : cleanText(denied).slice(0, 2_000),
      denied_resumes: resumes,
      state,
      state_reason: reason === null ? null : cleanText(reason),
    })
    .where('id', '=', id)
    .execute();
}
