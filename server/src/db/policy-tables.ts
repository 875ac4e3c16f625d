import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Policy, UpdateMode } from '@proofpix/contract/policies';
import type { SignatureMark } from '@proofpix/contract/trust';
import type {
  Created,
  Id,
  JsonObject,
  JsonText,
  JsonTextWithDefault,
  Nullable,
  NullableJsonText,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';

export type KeptDecision = {
  permission: Permission;
  decision: 'granted' | 'refused' | 'pending';
  decided_by: string | null;
  decided_at: string | null;
};
export type KeptHook = { hook: string; priority: number; changed_by_admin: boolean };

/** What organisations decide about plugins, how these are updated and set back: see tables.ts. */
export type PolicyTables = {
  policies: {
    organisation_id: string;
    policy: JsonText<Policy>;
    /** Counts the changes. */
    revision: WithDefault<number>;
    /** While it is set, nothing of the organisation runs. */
    stop_reason: Nullable<string>;
    stopped_by: Nullable<string>;
    stopped_at: Time;
    updated_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  plugin_updates: {
    organisation_id: string;
    installation_id: string;
    /** Null: the organisation's. */
    mode: Nullable<UpdateMode>;
    pin: Nullable<string>;
    /** The update that waits for a person. */
    waiting: NullableJsonText<{ version: string; permissions: Permission[]; message: string }>;
    /** Went back by itself; not tried again by itself. */
    failed_version: Nullable<string>;
    failed_reason: Nullable<string>;
    failed_at: Time;
    updated_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  plugin_restore_points: {
    id: Id;
    organisation_id: string;
    installation_id: string;
    reason: 'update' | 'config' | 'rollback';
    version: string;
    manifest: JsonText<Manifest>;
    digest: string;
    archive_digest: string;
    archive_size: number;
    received_digest: Nullable<string>;
    development: boolean;
    signature: NullableJsonText<SignatureMark>;
    signature_file: Nullable<string>;
    permissions: JsonText<KeptDecision[]>;
    hooks: JsonText<KeptHook[]>;
    /** The row of plugin_scans. */
    scan: NullableJsonText<JsonObject>;
    config: JsonText<JsonObject>;
    /** Sealed, as in plugin_configurations. */
    secrets: Nullable<Uint8Array>;
    secrets_set: JsonText<string[]>;
    watched_until: Time;
    created_by: Nullable<string>;
    created_at: Created;
  };
  plugin_restore_values: {
    organisation_id: string;
    point_id: string;
    installation_id: string;
    key: string;
    /** Sealed for the same installation and key. */
    value: Uint8Array;
    size: number;
    expires_at: Time;
    version: number;
  };
  plugin_requests: {
    id: Id;
    organisation_id: string;
    kind: 'install' | 'permission' | 'update';
    plugin_id: string;
    publisher: Nullable<string>;
    version: Nullable<string>;
    permissions: JsonTextWithDefault<Permission[]>;
    reason: string;
    state: WithDefault<'waiting' | 'approved' | 'refused' | 'expired'>;
    /** What the approval gave, to be withdrawn when its time is over. */
    given: NullableJsonText<{
      installed: boolean;
      permissions: Permission[];
      updated?: { from: string; to: string | null };
    }>;
    requested_by: Nullable<string>;
    decided_by: Nullable<string>;
    decision_reason: Nullable<string>;
    decided_at: Time;
    expires_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
};
