import type { Tx } from '../src/db/tenancy.ts';

/** A row in every table of webhooks. */
export async function fillWebhooks(tx: Tx, organisation_id: string, name: string): Promise<void> {
  const secret = new TextEncoder().encode(`${name} sealed`);
  const own = { organisation_id, name, secret };
  const { id: endpoint_id } = await tx
    .insertInto('webhook_endpoints')
    .values({ ...own, url: 'https://hooks.example.com/' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id: message_id } = await tx
    .insertInto('webhook_messages')
    .values({ organisation_id, type: 'photo.processed', payload: '{}' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('webhook_deliveries')
    .values({ organisation_id, endpoint_id, message_id, next_attempt_at: new Date() })
    .execute();
  const token = name.padEnd(32, 'x');
  const { id: receiver_id } = await tx
    .insertInto('webhook_receivers')
    .values({ ...own, token })
    .returning('id')
    .executeTakeFirstOrThrow();
  const message = { message_id: 'msg_1', content_type: 'text/plain', size: 1, body: secret, sent_at: new Date() };
  await tx
    .insertInto('webhook_received')
    .values({ organisation_id, receiver_id, ...message })
    .execute();
  await tx
    .insertInto('webhook_events')
    .values({ organisation_id, type: 'endpoint:created', subject: endpoint_id, name })
    .execute();
}
