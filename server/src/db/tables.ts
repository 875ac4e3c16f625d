import type { ColumnType, Generated } from 'kysely';
import type { Plan, Role } from '@proofpix/contract/access';
import type { WebhookHandling } from '@proofpix/contract/api/webhooks';
import type { HookResult, StepError } from '@proofpix/contract/runs';
import type { Json } from '@proofpix/contract/json';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';

/**
 * Row types, as both databases give them (types.ts has the parsers): bigint and numeric are numbers, times are Dates,
 * bytea is Uint8Array. JSON goes in as text: always through `jsonText` of types.ts, which takes out what jsonb refuses.
 */
type Id = Generated<string>;
type Created = ColumnType<Date, Date | string | undefined, never>;
type Updated = ColumnType<Date, never, never>;
type Computed<T> = ColumnType<T, never, never>;
type Time = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type RequiredTime = ColumnType<Date, Date | string, Date | string>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;
type JsonText<T> = ColumnType<T, string, string>;
type JsonTextWithDefault<T> = ColumnType<T, string | undefined, string>;
type NullableJsonText<T> = ColumnType<T | null, string | null | undefined, string | null>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
type JsonObject = { readonly [key: string]: Json };

export type Tables = {
  organisations: {
    id: Id;
    name: string;
    plan: WithDefault<Plan>;
    created_at: Created;
    updated_at: Updated;
  };
  users: {
    id: Id;
    /** Lower case. */
    email: string;
    name: string;
    password_hash: Nullable<string>;
    is_operator: WithDefault<boolean>;
    created_at: Created;
    updated_at: Updated;
  };
  memberships: {
    organisation_id: string;
    user_id: string;
    role: Role;
    created_at: Created;
    updated_at: Updated;
  };
  sessions: {
    id: Id;
    organisation_id: string;
    user_id: string;
    token_hash: Uint8Array;
    kind: 'cookie' | 'bearer';
    expires_at: RequiredTime;
    last_used_at: Time;
    created_at: Created;
  };
  api_tokens: {
    id: Id;
    organisation_id: string;
    user_id: string;
    name: string;
    token_hash: Uint8Array;
    expires_at: Time;
    last_used_at: Time;
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
  organisation_keys: {
    organisation_id: string;
    purpose: 'evidence';
    public_key: string;
    /** Sealed. */
    private_key: Uint8Array;
    created_at: Created;
  };

  plugins: {
    id: Id;
    organisation_id: string;
    source: 'upload' | 'bundled' | 'marketplace';
    publisher: string;
    plugin_id: string;
    version: string;
    manifest: JsonText<Manifest>;
    /** From the manifest, as are type and category. */
    name: Computed<string>;
    type: Computed<Manifest['type']>;
    category: Computed<Manifest['category']>;
    readme: Nullable<string>;
    digest: string;
    archive_digest: string;
    archive_size: WithDefault<number>;
    size: number;
    development: WithDefault<boolean>;
    state: WithDefault<'loaded' | 'unloaded' | 'failed'>;
    state_reason: Nullable<string>;
    warnings: JsonTextWithDefault<string[]>;
    installed_by: Nullable<string>;
    installed_at: Created;
    loaded_at: Time;
    updated_at: Updated;
  };
  plugin_permissions: {
    organisation_id: string;
    installation_id: string;
    permission: Permission;
    decision: WithDefault<'granted' | 'refused' | 'pending'>;
    decided_by: Nullable<string>;
    /** Null exactly while the decision is pending. */
    decided_at: Time;
  };
  plugin_hooks: {
    organisation_id: string;
    installation_id: string;
    hook: string;
    /** In force: the manifest's, unless an admin changed it. */
    priority: number;
    changed_by_admin: WithDefault<boolean>;
    position: number;
  };
  plugin_configurations: {
    organisation_id: string;
    installation_id: string;
    /** Without secrets. */
    config: JsonTextWithDefault<JsonObject>;
    /** Sealed JSON {pointer: value}. */
    secrets: Nullable<Uint8Array>;
    /** Pointers of the secrets that have a value. */
    secrets_set: JsonTextWithDefault<string[]>;
    updated_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  plugin_metrics: {
    organisation_id: string;
    installation_id: string;
    /** A hook, `initialize`, `cleanup`, `onConfigUpdate`; '' for the process as a whole. */
    hook: string;
    calls: WithDefault<number>;
    errors: WithDefault<number>;
    /** Histogram {bucket: count}. Add with the SQL function `merge_counts(plugin_metrics.latency, excluded.latency)`. */
    latency: JsonTextWithDefault<Record<string, number>>;
    host_calls: WithDefault<number>;
    bytes_read: WithDefault<number>;
    bytes_written: WithDefault<number>;
    cpu_milliseconds: WithDefault<number>;
    /** Peak. */
    memory_bytes: WithDefault<number>;
    deaths: WithDefault<number>;
    since: Created;
    updated_at: Updated;
  };
  plugin_events: {
    id: Id;
    organisation_id: string;
    installation_id: string;
    type: string;
    detail: JsonTextWithDefault<JsonObject>;
    /** A user. */
    actor: Nullable<string>;
    created_at: Created;
  };
  plugin_logs: {
    id: Id;
    organisation_id: string;
    installation_id: string;
    level: 'debug' | 'info' | 'warn' | 'error';
    message: string;
    created_at: Created;
  };
  plugin_dependencies: {
    organisation_id: string;
    installation_id: string;
    depends_on: string;
    range: string;
  };
  plugin_storage: {
    organisation_id: string;
    installation_id: string;
    key: string;
    /** Sealed. */
    value: Uint8Array;
    /** Bytes of the plain value, for the quota. */
    size: number;
    expires_at: Time;
    version: number;
    created_at: Created;
    updated_at: Updated;
  };
  plugin_storage_versions: {
    organisation_id: string;
    installation_id: string;
    last: number;
  };
  plugin_analytics: {
    organisation_id: string;
    installation_id: string;
    /** UTC, as 2026-11-30. */
    day: string;
    kind: 'count' | 'time' | 'track';
    name: string;
    value: WithDefault<string>;
    count: WithDefault<number>;
    sum: WithDefault<number>;
    minimum: Nullable<number>;
    maximum: Nullable<number>;
    /** Histogram {bucket: count}, as in plugin_metrics. */
    histogram: JsonTextWithDefault<Record<string, number>>;
  };
  analytics_days: {
    organisation_id: string;
    day: string;
    id: Id;
    /** Ids of the installations that were told. */
    told: JsonTextWithDefault<string[]>;
    finished_at: Time;
    created_at: Created;
  };
  oauth_providers: {
    id: Id;
    organisation_id: string;
    name: string;
    authorization_endpoint: string;
    token_endpoint: string;
    revocation_endpoint: Nullable<string>;
    client_id: string;
    /** Sealed. */
    client_secret: Nullable<Uint8Array>;
    client_authentication: 'basic' | 'body';
    scopes: JsonTextWithDefault<string[]>;
    parameters: JsonTextWithDefault<Record<string, string>>;
    created_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  oauth_flows: {
    state_hash: Uint8Array;
    organisation_id: string;
    user_id: string;
    provider_id: string;
    credential_hash: Uint8Array;
    browser_hash: Uint8Array;
    /** Sealed. */
    verifier: Uint8Array;
    plugins: NullableJsonText<string[]>;
    expires_at: RequiredTime;
    created_at: Created;
  };
  oauth_connections: {
    organisation_id: string;
    provider_id: string;
    account: Nullable<string>;
    /** Sealed; null once the provider took the connection back. */
    access_token: Nullable<Uint8Array>;
    /** Sealed. */
    refresh_token: Nullable<Uint8Array>;
    token_type: string;
    scopes: JsonTextWithDefault<string[]>;
    expires_at: Time;
    /** Ids of the plugins that may use it; null for all that hold the grant. */
    plugins: NullableJsonText<string[]>;
    lost_reason: Nullable<string>;
    connected_by: Nullable<string>;
    connected_at: Time;
    updated_at: Updated;
  };
  /** No tenant table: only `asSystem` touches it. */
  master_keys: {
    version: number;
    /** A text sealed with this version. */
    proof: Uint8Array;
    created_at: Created;
  };
  /** No tenant table: everybody reads it, only `asSystem` writes it. */
  plugin_marketplace_cache: {
    source: string;
    publisher: string;
    plugin_id: string;
    version: string;
    listing: JsonText<JsonObject>;
    name: Computed<string>;
    type: Computed<Manifest['type']>;
    category: Computed<Manifest['category']>;
    archive_digest: Nullable<string>;
    archive_path: Nullable<string>;
    featured: WithDefault<boolean>;
    downloads: WithDefault<number>;
    /** tsvector; query with `search @@ websearch_to_tsquery('english', …)`. */
    search: Computed<string>;
    created_at: Created;
    updated_at: Updated;
  };

  files: {
    id: Id;
    organisation_id: string;
    sha256: string;
    name: string;
    type: string;
    size: number;
    created_by: Nullable<string>;
    created_at: Created;
  };
  batches: {
    id: Id;
    organisation_id: string;
    created_by: Nullable<string>;
    created_at: Created;
  };
  runs: {
    id: Id;
    organisation_id: string;
    batch_id: string;
    file_id: string;
    state: WithDefault<'waiting' | 'running' | 'done' | 'failed'>;
    plugins: JsonTextWithDefault<string[]>;
    options: JsonTextWithDefault<JsonObject>;
    steps_done: WithDefault<number>;
    steps_total: WithDefault<number>;
    failed_steps: WithDefault<number>;
    findings_strong: WithDefault<number>;
    findings_possible: WithDefault<number>;
    findings_note: WithDefault<number>;
    has_findings: Computed<boolean>;
    error: NullableJsonText<StepError>;
    attempts: WithDefault<number>;
    created_by: Nullable<string>;
    created_at: Created;
    started_at: Time;
    /** Set exactly when the state is done or failed. */
    finished_at: Time;
    updated_at: Updated;
  };
  run_steps: {
    id: Id;
    organisation_id: string;
    run_id: string;
    position: number;
    hook: string;
    plugin_id: string;
    version: string;
    digest: string;
    ok: boolean;
    result: NullableJsonText<Json>;
    error: NullableJsonText<StepError>;
    notes: JsonTextWithDefault<string[]>;
    files: JsonTextWithDefault<HookResult['files']>;
    usage: JsonTextWithDefault<HookResult['usage']>;
    input_digest: string;
    output_digest: string;
    milliseconds: number;
    created_at: Created;
  };
  run_files: {
    id: Id;
    organisation_id: string;
    run_id: string;
    plugin_id: string;
    name: string;
    sha256: string;
    size: number;
    type: string;
    created_at: Created;
  };
  exports: {
    id: Id;
    organisation_id: string;
    run_id: string;
    format: string;
    created_by: Nullable<string>;
    created_at: Created;
  };
  export_files: {
    id: Id;
    organisation_id: string;
    export_id: string;
    plugin_id: string;
    name: string;
    sha256: string;
    size: number;
    type: string;
    created_at: Created;
  };
  jobs: {
    id: Id;
    organisation_id: string;
    kind: string;
    state: WithDefault<'waiting' | 'running' | 'done' | 'failed'>;
    input: JsonTextWithDefault<JsonObject>;
    result: NullableJsonText<Json>;
    error: NullableJsonText<{ code: string; message: string; errors?: { field: string; message: string }[] }>;
    created_by: Nullable<string>;
    created_at: Created;
    started_at: Time;
    /** Set exactly when the state is done or failed. */
    finished_at: Time;
    updated_at: Updated;
  };

  webhook_endpoints: {
    id: Id;
    organisation_id: string;
    name: string;
    url: string;
    /** Null takes all. */
    types: NullableJsonText<string[]>;
    enabled: WithDefault<boolean>;
    disabled_reason: Nullable<string>;
    failing_since: Time;
    /** Sealed. */
    secret: Uint8Array;
    previous_secret: Nullable<Uint8Array>;
    previous_until: Time;
    created_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  webhook_messages: {
    id: Id;
    organisation_id: string;
    type: string;
    /** The text that is signed. */
    payload: string;
    plugin_id: Nullable<string>;
    created_at: Created;
  };
  webhook_deliveries: {
    id: Id;
    organisation_id: string;
    endpoint_id: string;
    message_id: string;
    state: WithDefault<'waiting' | 'delivered' | 'failed'>;
    attempts: WithDefault<number>;
    response_status: Nullable<number>;
    response_excerpt: Nullable<string>;
    last_error: Nullable<string>;
    /** Set exactly while the state is waiting. */
    next_attempt_at: Time;
    last_attempt_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
  webhook_receivers: {
    id: Id;
    organisation_id: string;
    name: string;
    token: string;
    plugin_id: Nullable<string>;
    enabled: WithDefault<boolean>;
    /** Sealed. */
    secret: Uint8Array;
    previous_secret: Nullable<Uint8Array>;
    previous_until: Time;
    created_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  webhook_received: {
    id: Id;
    organisation_id: string;
    receiver_id: string;
    message_id: string;
    type: Nullable<string>;
    content_type: string;
    size: number;
    /** Set exactly while the state is waiting. */
    body: Nullable<Uint8Array>;
    state: WithDefault<'waiting' | 'done' | 'failed'>;
    attempts: WithDefault<number>;
    results: JsonTextWithDefault<WebhookHandling[]>;
    sent_at: RequiredTime;
    created_at: Created;
    finished_at: Time;
  };
  webhook_events: {
    id: Id;
    organisation_id: string;
    type: string;
    /** An endpoint or a receiver. */
    subject: string;
    name: string;
    detail: Nullable<string>;
    actor: Nullable<string>;
    created_at: Created;
  };
};
