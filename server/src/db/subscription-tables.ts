import type { Plan } from '@proofpix/contract/access';
import type { Created, RequiredTime, Time, Updated, WithDefault } from './columns.ts';

/** What organisations use, and what they pay for: see tables.ts. */
export type SubscriptionTables = {
  usage_months: {
    organisation_id: string;
    /** Its first day, UTC. */
    month: string;
    requests: WithDefault<number>;
    updated_at: Updated;
  };
  /** What Stripe said last; none where the plan was granted. The plan in force stands on the organisation. */
  subscriptions: {
    organisation_id: string;
    state: 'active' | 'past-due' | 'lapsed';
    /** What was bought. */
    plan: Exclude<Plan, 'free'>;
    stripe_customer: string;
    stripe_subscription: string;
    stripe_begun_at: RequiredTime;
    /** When what is known happened: whatever is older is ignored. */
    stripe_changed_at: RequiredTime;
    renews_at: Time;
    ends_at: Time;
    /** Until when plugins go on without the plan that manages them. */
    grace_ends_at: Time;
    plugins_stopped_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
  /** Plugins that were unloaded with the plan, to be loaded again with it. */
  subscription_stops: {
    organisation_id: string;
    installation_id: string;
    created_at: Created;
  };
  /** No tenant table: only `asSystem` touches it. */
  stripe_events: {
    id: string;
    received_at: Created;
  };
};
