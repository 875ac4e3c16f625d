import type { Tx } from '../src/db/tenancy.ts';

/** A support request, and what a member follows and was told. The announcement belongs to nobody. */
export async function fillConversations(tx: Tx, own: { organisation_id: string; user_id: string }): Promise<void> {
  const { organisation_id } = own;
  const named = { publisher: 'harbour-labs', plugin_id: 'lens-reader' };
  const { id: request_id } = await tx
    .insertInto('support_requests')
    .values({ ...named, organisation_id, subject: 'Help' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.insertInto('support_messages').values({ organisation_id, request_id, text: 'Help' }).execute();
  await tx
    .insertInto('publisher_follows')
    .values({ ...own, publisher: named.publisher, choice: 'follows' })
    .execute();
  const { id: announcement_id } = await tx
    .insertInto('announcements')
    .values({ ...named, kind: 'news', title: 'News' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('announcement_notices')
    .values({ ...own, announcement_id })
    .execute();
}
