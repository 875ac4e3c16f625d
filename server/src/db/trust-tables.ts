import type { KillKind } from '@proofpix/contract/trust';
import type { Created, Id, Nullable, RequiredTime, Time, Updated, WithDefault } from './columns.ts';

/** Keys, the kill list and their metadata: see tables.ts. All but the rules belong to no organisation: only `asSystem` touches them. */
export type TrustTables = {
  trust_keys: {
    key_id: string;
    public_key: string;
    role: 'publisher' | 'marketplace';
    /** Null exactly for the marketplace. */
    publisher: Nullable<string>;
    valid_from: RequiredTime;
    valid_until: Time;
    revoked_from: Time;
    revoke_reason: Nullable<string>;
    created_by: Nullable<string>;
    revoked_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  kill_entries: {
    id: Id;
    kind: KillKind;
    value: string;
    reason: string;
    valid_from: RequiredTime;
    created_by: Nullable<string>;
    created_at: Created;
    lifted_by: Nullable<string>;
    /** Null while the entry stands. */
    lifted_at: Time;
    lift_reason: Nullable<string>;
  };
  trust_files: {
    name: string;
    bytes: Uint8Array;
    updated_at: Updated;
  };
  organisation_package_rules: {
    organisation_id: string;
    unsigned_packages: WithDefault<'allow' | 'refuse'>;
    updated_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
};
