import type { Plan } from '@proofpix/contract/access';
import { limits } from '@proofpix/contract/limits';
import type { Tx } from '../../db/tenancy.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';
import type { Payments } from './payments.ts';
import {
  findSubscription,
  lockPlan,
  putSubscription,
  setPlan,
  type NewSubscription,
  type SubscriptionRow,
} from './queries.ts';
import type { SubscriptionEvent } from './stripe/read-event.ts';

/** The states of Stripe that mean something here. `incomplete` was never paid: whatever there was before stays. */
const states: Readonly<Record<string, SubscriptionRow['state']>> = {
  active: 'active',
  trialing: 'active',
  past_due: 'past-due',
  unpaid: 'lapsed',
  paused: 'lapsed',
  canceled: 'lapsed',
};

export type Applied = 'applied' | 'outdated' | 'not-ours';

/**
 * Brings the plan of an organisation in line with what Stripe says. Messages come in any order: one that is older than
 * what is known, or about an older subscription, changes nothing.
 */
export async function applyEvent(tx: Tx, payments: Payments, event: SubscriptionEvent): Promise<Applied> {
  const { organisationId } = event;
  const bought = payments.planOf(event.price);
  const state = states[event.status];
  const before = await lockPlan(tx, organisationId);
  if (bought === undefined || state === undefined || before === undefined) return 'not-ours';
  const known = await findSubscription(tx, organisationId);
  if (known !== undefined && isOutdated(known, event)) return 'outdated';

  const plan: Plan = state === 'lapsed' ? 'free' : bought;
  const row: NewSubscription = {
    organisation_id: organisationId,
    state,
    plan: bought,
    stripe_customer: event.customer,
    stripe_subscription: event.subscription,
    stripe_begun_at: event.begunAt,
    stripe_changed_at: event.at,
    renews_at: state === 'lapsed' || event.cancelAt !== null ? null : event.periodEndsAt,
    ends_at: state === 'lapsed' ? event.at : event.cancelAt,
    ...graceOf(known, { before, plan, at: new Date() }),
  };
  await putSubscription(tx, row);
  await setPlan(tx, organisationId, plan);
  const [was, is] = [
    { plan: before, state: known?.state ?? 'granted' },
    { plan, state },
  ];
  if (was.plan !== is.plan || was.state !== is.state) {
    await recordAct(tx, {
      organisationId,
      actor: systemActor('stripe'),
      act: 'subscription.change',
      subject: { kind: 'subscription', id: organisationId },
      reason: `Stripe: ${event.status}`,
      before: was,
      after: is,
    });
  }
  return 'applied';
}

function isOutdated(known: SubscriptionRow, event: SubscriptionEvent): boolean {
  if (known.stripe_subscription !== event.subscription) {
    return event.begunAt.getTime() < known.stripe_begun_at.getTime();
  }
  const [then, now] = [known.stripe_changed_at.getTime(), event.at.getTime()];
  // Stripe counts in whole seconds. Of two in the same second the end is the later one: nothing follows it.
  return now < then || (now === then && known.state === 'lapsed');
}

/** Plugins go on for a while after the plan that manages them is over, and are given back with it. */
function graceOf(
  known: SubscriptionRow | undefined,
  change: { before: Plan; plan: Plan; at: Date },
): Pick<NewSubscription, 'grace_ends_at' | 'plugins_stopped_at'> {
  if (change.plan === 'enterprise') return { grace_ends_at: null, plugins_stopped_at: null };
  if (change.before !== 'enterprise') {
    return { grace_ends_at: known?.grace_ends_at ?? null, plugins_stopped_at: known?.plugins_stopped_at ?? null };
  }
  const grace_ends_at = new Date(change.at.getTime() + limits.subscriptionGraceDays * 86_400_000);
  return { grace_ends_at, plugins_stopped_at: null };
}
