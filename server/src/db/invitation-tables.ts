import type { Role } from '@proofpix/contract/access';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { Created, Id, JsonText, Nullable, RequiredTime, Time, Updated, WithDefault } from './columns.ts';

/** Mails, what their links do, and single sign-on: see tables.ts. */
export type InvitationTables = {
  /** No tenant table, like the next two: only `asSystem` touches it. */
  mails: {
    id: Id;
    /** Sealed. */
    content: Uint8Array;
    attempts: WithDefault<number>;
    claimed_until: Time;
    /** Null until nobody tries any more. */
    given_up_at: Time;
    failure: Nullable<string>;
    response: Nullable<number>;
    expires_at: RequiredTime;
    created_at: Created;
  };
  email_changes: {
    id: Id;
    user_id: string;
    email: string;
    token_hash: Uint8Array;
    expires_at: RequiredTime;
    created_at: Created;
  };
  password_resets: {
    id: Id;
    email: string;
    language: MailLanguage;
    address: string;
    /** Null until the job found an account, as is the hash. */
    user_id: Nullable<string>;
    token_hash: Nullable<Uint8Array>;
    expires_at: RequiredTime;
    created_at: Created;
  };
  invitations: {
    id: Id;
    organisation_id: string;
    email: string;
    role: Role;
    token_hash: Uint8Array;
    invited_by: Nullable<string>;
    expires_at: RequiredTime;
    created_at: Created;
  };
  single_sign_on: {
    organisation_id: string;
    issuer: string;
    client_id: string;
    /** Sealed. */
    client_secret: Nullable<Uint8Array>;
    domains: JsonText<string[]>;
    default_role: Exclude<Role, 'owner'>;
    required: WithDefault<boolean>;
    created_at: Created;
    updated_at: Updated;
  };
  single_sign_on_identities: {
    organisation_id: string;
    issuer: string;
    subject: string;
    user_id: string;
    created_at: Created;
  };
  single_sign_on_blocks: {
    id: Id;
    organisation_id: string;
    issuer: string;
    subject: string;
    email: string;
    name: string;
    created_at: Created;
  };
  single_sign_on_flows: {
    state_hash: Uint8Array;
    organisation_id: string;
    browser_hash: Uint8Array;
    /** Sealed. */
    secrets: Uint8Array;
    return_to: string;
    user_id: Nullable<string>;
    session_id: Nullable<string>;
    expires_at: RequiredTime;
    created_at: Created;
  };
};
