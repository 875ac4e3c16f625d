import type { Tx } from '../src/db/tenancy.ts';
import { fillConversations } from './fill-conversations.ts';
import { fillRatings } from './fill-ratings.ts';

/** What people say about plugins. */
export async function fillCommunity(tx: Tx, own: { organisation_id: string; user_id: string }): Promise<void> {
  await fillRatings(tx, own);
  await fillConversations(tx, own);
}
