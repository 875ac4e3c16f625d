import type { AbuseCategory, AbuseState, AbuseSubject } from '@proofpix/contract/community/abuse-reports';
import type { HoldReason, RatingStars, RatingState } from '@proofpix/contract/community/ratings';
import type { takedownActs } from '@proofpix/contract/api/takedowns';
import type { Created, Id, Nullable, RequiredTime, Time, Updated, WithDefault } from './columns.ts';

/** What organisations think of plugins and report, and what they were told: see tables.ts. Read and written as system. */
export type RatingTables = {
  ratings: {
    id: Id;
    organisation_id: string;
    publisher: string;
    plugin_id: string;
    stars: RatingStars;
    text: WithDefault<string>;
    named: WithDefault<boolean>;
    version: string;
    state: RatingState;
    held: Nullable<HoldReason>;
    /** Since when it would count as it does. */
    rated_at: RequiredTime;
    edited_at: Time;
    /** Taken back; what was decided about it stays. */
    withdrawn_at: Time;
    author: Nullable<string>;
    reply: Nullable<string>;
    replied_at: Time;
    replied_by: Nullable<string>;
    decided_by: Nullable<string>;
    decided_at: Time;
    decision_reason: Nullable<string>;
    appeal: Nullable<string>;
    appealed_at: Time;
    appeal_decided_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
  rating_people: { organisation_id: string; rating_id: string; user_id: string };
  rating_votes: { organisation_id: string; rating_id: string; user_id: string; created_at: Created };
  /** No tenant table: kept by a trigger, read by everybody. */
  rating_totals: {
    publisher: string;
    plugin_id: string;
    one: number;
    two: number;
    three: number;
    four: number;
    five: number;
  };
  abuse_reports: {
    id: Id;
    organisation_id: string;
    reporter: Nullable<string>;
    kind: AbuseSubject;
    subject: string;
    publisher: string;
    plugin_id: Nullable<string>;
    rating_id: Nullable<string>;
    category: AbuseCategory;
    text: string;
    state: WithDefault<AbuseState>;
    reason: Nullable<string>;
    decided_by: Nullable<string>;
    decided_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
  takedown_notices: {
    id: Id;
    organisation_id: string;
    /** Of the act: told once to each. */
    key: string;
    act: (typeof takedownActs)[number];
    side: 'user' | 'publisher';
    publisher: string;
    plugin_id: Nullable<string>;
    version: Nullable<string>;
    reason: string;
    mailed_at: Time;
    created_at: Created;
  };
};
