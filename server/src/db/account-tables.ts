import type { Created, Id, Nullable, RequiredTime, Time, WithDefault } from './columns.ts';

/** How people prove who they are: see tables.ts. */
export type AccountTables = {
  sessions: {
    id: Id;
    organisation_id: string;
    user_id: string;
    /** Of the cookie; null for a session of access tokens. */
    token_hash: Nullable<Uint8Array>;
    kind: 'cookie' | 'bearer';
    signed_in_by: string;
    user_agent: Nullable<string>;
    address: Nullable<string>;
    expires_at: RequiredTime;
    last_used_at: Time;
    created_at: Created;
  };
  session_reuses: {
    id: Id;
    organisation_id: string;
    user_id: string;
    /** Of the session that ended. */
    user_agent: Nullable<string>;
    address: string;
    created_at: Created;
  };
  refresh_tokens: {
    id: Id;
    organisation_id: string;
    session_id: string;
    token_hash: Uint8Array;
    used_at: Time;
    created_at: Created;
  };
  api_tokens: {
    id: Id;
    organisation_id: string;
    user_id: string;
    name: string;
    token_hash: Uint8Array;
    access: string[];
    expires_at: Time;
    last_used_at: Time;
    last_used_from: Nullable<string>;
    created_at: Created;
  };
  sign_in_codes: {
    id: Id;
    organisation_id: string;
    user_id: string;
    code_hash: Uint8Array;
    expires_at: RequiredTime;
    used_at: Time;
    created_at: Created;
  };
  sign_in_challenges: {
    id: Id;
    organisation_id: string;
    user_id: string;
    challenge_hash: Uint8Array;
    kind: 'cookie' | 'bearer';
    attempts: WithDefault<number>;
    expires_at: RequiredTime;
    created_at: Created;
  };
  /** This and the next two belong to no organisation: only `asSystem` touches them. */
  second_factors: {
    user_id: string;
    /** Sealed. */
    secret: Uint8Array;
    /** Null until the first code was right. */
    confirmed_at: Time;
    last_step: WithDefault<number>;
    created_at: Created;
  };
  recovery_codes: {
    user_id: string;
    code_hash: Uint8Array;
    used_at: Time;
  };
  signing_keys: {
    key_id: string;
    /** The 32 bytes, base64url. */
    public_key: string;
    /** Sealed; null once another one signs. */
    private_key: Nullable<Uint8Array>;
    created_at: Created;
    /** Null for the one that signs. */
    valid_until: Time;
  };
};
