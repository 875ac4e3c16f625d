import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { listReviewers, setReviewer } from './queries.ts';

export async function readReviewers(db: Database) {
  return asSystem(db, 'reviews', listReviewers);
}

/** @throws Problem member_not_found where nobody has an account with this address */
export async function markReviewer(
  db: Database,
  { email, reviews, actor }: { email: string; reviews: boolean; actor: Actor },
): Promise<void> {
  await asSystem(db, 'reviews', async (tx) => {
    const id = await setReviewer(tx, email, reviews);
    if (id === undefined) throw new Problem('member_not_found');
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: 'reviewer.set',
      subject: { kind: 'user', id },
      after: { reviews },
    });
  });
}
