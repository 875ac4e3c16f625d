import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import type { SubscriptionParts } from './parts.ts';
import type { PaidPlan } from './payments.ts';
import { findEmail, findSubscription } from './queries.ts';

type Parts = Pick<SubscriptionParts, 'db' | 'payments' | 'ownUrl'>;

/** @throws Problem subscription_not_sold, subscription_exists, payment_failed */
export async function buyPlan({ db, payments, ownUrl }: Parts, caller: Caller, plan: PaidPlan): Promise<string> {
  const price = payments?.priceOf(plan);
  if (payments === undefined || price === undefined) throw new Problem('subscription_not_sold');
  const { organisationId, userId, requestId } = caller;
  const { known, email } = await withOrganisation(db, organisationId, async (tx) => ({
    known: await findSubscription(tx, organisationId),
    email: await findEmail(tx, userId),
  }));
  // A second one would be paid beside the first; another plan is chosen in the portal.
  if (known !== undefined && known.state !== 'lapsed') throw new Problem('subscription_exists');
  return payments.checkout({
    organisationId,
    plan,
    price,
    customer: known?.stripe_customer ?? null,
    email: email ?? '',
    returnUrl: `${ownUrl()}/subscription`,
    key: requestId,
  });
}

/** @throws Problem subscription_not_sold, subscription_missing, payment_failed */
export async function openPortal({ db, payments, ownUrl }: Parts, caller: Caller): Promise<string> {
  if (payments === undefined) throw new Problem('subscription_not_sold');
  const { organisationId, requestId } = caller;
  const known = await withOrganisation(db, organisationId, (tx) => findSubscription(tx, organisationId));
  if (known === undefined) throw new Problem('subscription_missing');
  return payments.portal({
    customer: known.stripe_customer,
    returnUrl: `${ownUrl()}/subscription`,
    key: requestId,
  });
}
