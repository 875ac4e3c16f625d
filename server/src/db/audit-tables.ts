import type { Created, Id, JsonObject, Nullable, NullableJsonText, RequiredTime } from './columns.ts';

/** The audit trail: see tables.ts. */
export type AuditTables = {
  audit_acts: {
    id: Id;
    /** Null: of the server itself. */
    organisation_id: Nullable<string>;
    act: string;
    result: 'done' | 'refused';
    actor_kind: 'member' | 'system';
    /** Of a user, who may be gone by now, or the name of a part of the server. */
    actor_id: string;
    role: Nullable<string>;
    via: Nullable<string>;
    request_id: Nullable<string>;
    subject_kind: string;
    subject_id: string;
    reason: Nullable<string>;
    before: NullableJsonText<JsonObject>;
    after: NullableJsonText<JsonObject>;
    /** Null when there was none, or when it was erased. */
    personal: NullableJsonText<JsonObject>;
    personal_salt: Nullable<Uint8Array>;
    personal_digest: Nullable<Uint8Array>;
    /** Of reason, before and after; null on acts of older versions. The salt is null when these were erased. */
    details_salt: Nullable<Uint8Array>;
    details_digest: Nullable<Uint8Array>;
    created_at: Created;
    /** Null, as the hashes are, until it is sealed. */
    position: Nullable<number>;
    previous: Nullable<Uint8Array>;
    hash: Nullable<Uint8Array>;
  };
  audit_heads: {
    id: Id;
    organisation_id: Nullable<string>;
    position: number;
    hash: Uint8Array;
    public_key: string;
    signature: string;
    signed_at: RequiredTime;
  };
  /** Where a trail begins since older acts were deleted. */
  audit_cuts: {
    id: Id;
    organisation_id: Nullable<string>;
    position: number;
    hash: Uint8Array;
    public_key: string;
    signature: string;
    signed_at: RequiredTime;
  };
};
