import type { SupportState } from '@proofpix/contract/community/support-states';
import type { AnnouncementKind } from '@proofpix/contract/community/announcement-kinds';
import type { ColumnType } from 'kysely';
import type { Created, Id, Nullable, Time, WithDefault } from './columns.ts';

type Moderated = {
  /** How many people flagged it. */
  flags: WithDefault<number>;
  hidden_at: Time;
  hidden_reason: Nullable<string>;
  edited_at: Time;
};

/**
 * What people say to each other in the marketplace: see tables.ts. Questions and announcements are for everybody; support
 * requests are the customer's, and the publisher reaches them as system.
 */
export type ConversationTables = {
  questions: Moderated & {
    id: Id;
    organisation_id: Nullable<string>;
    author: Nullable<string>;
    publisher: string;
    plugin_id: string;
    title: string;
    body: string;
    created_at: Created;
  };
  answers: Moderated & {
    id: Id;
    organisation_id: Nullable<string>;
    author: Nullable<string>;
    question_id: string;
    by_publisher: boolean;
    body: string;
    accepted_at: Time;
    created_at: Created;
  };
  question_flags: { post_id: string; user_id: string; created_at: Created };
  support_requests: {
    id: Id;
    organisation_id: string;
    publisher: string;
    plugin_id: string;
    subject: string;
    plugin_version: Nullable<string>;
    platform_version: Nullable<string>;
    error_code: Nullable<string>;
    state: WithDefault<SupportState>;
    state_since: ColumnType<Date, Date | undefined, Date>;
    first_answer_at: Time;
    ended_at: Time;
    created_by: Nullable<string>;
    created_at: Created;
  };
  support_messages: {
    id: Id;
    organisation_id: string;
    request_id: string;
    side: WithDefault<'customer' | 'publisher'>;
    author: Nullable<string>;
    text: string;
    created_at: Created;
  };
  announcements: {
    id: Id;
    organisation_id: Nullable<string>;
    publisher: string;
    plugin_id: string;
    kind: AnnouncementKind | 'release';
    version: Nullable<string>;
    title: string;
    body: WithDefault<string>;
    sent_through: Nullable<string>;
    reached: WithDefault<number>;
    sent_at: Time;
    created_at: Created;
  };
  publisher_follows: {
    organisation_id: string;
    user_id: string;
    publisher: string;
    choice: 'follows' | 'muted';
    created_at: Created;
  };
  announcement_notices: {
    organisation_id: string;
    user_id: string;
    announcement_id: string;
    read_at: Time;
    created_at: Created;
  };
};
