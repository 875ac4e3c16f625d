import { randomUUID } from 'node:crypto';
import type { Tx } from '../src/db/tenancy.ts';

/** A row in every table of ratings, reports and takedowns. */
export async function fillRatings(
  tx: Tx,
  { organisation_id, user_id }: { organisation_id: string; user_id: string },
): Promise<void> {
  const named = { organisation_id, publisher: 'harbour-labs', plugin_id: 'lens-reader' };
  const { id: rating_id } = await tx
    .insertInto('ratings')
    .values({ ...named, stars: 5, text: 'Good', version: '1.0.0', state: 'visible', rated_at: new Date() })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.insertInto('rating_people').values({ organisation_id, rating_id, user_id }).execute();
  await tx.insertInto('rating_votes').values({ organisation_id, rating_id: randomUUID(), user_id }).execute();
  await tx
    .insertInto('abuse_reports')
    .values({ ...named, kind: 'listing', subject: 'harbour-labs/lens-reader', category: 'spam', text: 'Look' })
    .execute();
  await tx
    .insertInto('takedown_notices')
    .values({ ...named, key: 'yank', act: 'yank', side: 'user', version: '1.0.0', reason: 'Broken' })
    .execute();
}
