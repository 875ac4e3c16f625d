import type { Subscription } from '@proofpix/contract/api/subscription';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import type { SubscriptionParts } from './parts.ts';
import { findSubscription } from './queries.ts';

export async function readSubscription(
  { db, payments }: Pick<SubscriptionParts, 'db' | 'payments'>,
  { organisationId, plan }: Caller,
): Promise<Subscription> {
  const row = await withOrganisation(db, organisationId, (tx) => findSubscription(tx, organisationId));
  const text = (time: Date | null | undefined) => time?.toISOString() ?? null;
  return {
    plan,
    state: row?.state ?? 'granted',
    renewsAt: text(row?.renews_at),
    endsAt: text(row?.ends_at),
    graceEndsAt: text(row?.grace_ends_at),
    pluginsStoppedAt: text(row?.plugins_stopped_at),
    sold: [...(payments?.sold ?? [])],
    hasPortal: payments !== undefined && row !== undefined,
  };
}
