import type { ColumnType } from 'kysely';
import type { ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Traffic } from '@proofpix/contract/receipts';
import type { ScanResult, ScanRules, ScanVerdict } from '@proofpix/contract/scan';
import type { SignatureMark } from '@proofpix/contract/trust';
import type { ViolationSeverity } from '@proofpix/contract/violations';
import type {
  Computed,
  Created,
  Id,
  JsonObject,
  JsonText,
  JsonTextWithDefault,
  Nullable,
  NullableJsonText,
  RequiredTime,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';

/** What belongs to plugins: see tables.ts. */
export type PluginTables = {
  plugins: {
    id: Id;
    organisation_id: string;
    source: string;
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
    /** Of the archive as it came; null where it was not packed anew. */
    received_digest: Nullable<string>;
    archive_size: WithDefault<number>;
    size: number;
    development: WithDefault<boolean>;
    state: WithDefault<'loaded' | 'unloaded' | 'failed' | 'quarantined'>;
    state_reason: Nullable<string>;
    warnings: JsonTextWithDefault<string[]>;
    /** What was proven of the package when it was installed; null without a signature. */
    signature: NullableJsonText<SignatureMark>;
    /** The file that proves it, as it was given. */
    signature_file: Nullable<string>;
    /** What the kill list says of it while an entry stands. */
    killed: Nullable<string>;
    /** Why a policy or a stop keeps it from running. */
    denied: Nullable<string>;
    /** It ran: it is loaded again when it may. */
    denied_resumes: WithDefault<boolean>;
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
    /** UTC, as 2026-11-30. */
    day: string;
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
    /** How often each host call was made. Add with `merge_counts`. */
    by_host_call: JsonTextWithDefault<Record<string, number>>;
    /** Add with `merge_traffic`. */
    traffic: JsonTextWithDefault<Traffic>;
    since: Created;
    updated_at: Updated;
  };
  plugin_hours: {
    organisation_id: string;
    installation_id: string;
    hour: RequiredTime;
    calls: WithDefault<number>;
    errors: WithDefault<number>;
    /** As in plugin_metrics. */
    latency: JsonTextWithDefault<Record<string, number>>;
  };
  plugin_icons: {
    organisation_id: string;
    installation_id: string;
    type: 'image/png' | 'image/svg+xml';
    bytes: Uint8Array;
    digest: string;
  };
  plugin_components: {
    organisation_id: string;
    installation_id: string;
    /** Of the package that was looked at: after an update it is another's. */
    digest: string;
    /** Null where the package could not be read. */
    components: NullableJsonText<ComponentList>;
    audit: NullableJsonText<DependencyAudit>;
    audited_at: Time;
  };
  plugin_advisories: {
    organisation_id: string;
    installation_id: string;
    advisory: string;
    component: string;
    found_at: Created;
  };
  dependency_audits: {
    organisation_id: string;
    /** Names the job. */
    id: Id;
    begun_at: RequiredTime;
    finished_at: Time;
  };
  plugin_scans: {
    organisation_id: string;
    installation_id: string;
    /** Of the package that was scanned. */
    digest: string;
    rule_set: Nullable<number>;
    /** Null where no scan gave an answer yet. */
    result: NullableJsonText<ScanResult>;
    /** The newest try gave no answer. */
    failed: WithDefault<boolean>;
    scanned_at: ColumnType<Date, Date | undefined, Date>;
    accepted_by: Nullable<string>;
    accepted_at: Time;
  };
  organisation_scan_rules: {
    organisation_id: string;
    rules: JsonText<ScanRules>;
    updated_by: Nullable<string>;
    created_at: Created;
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
    /** Since when this server offers the version. */
    version_since: ColumnType<Date, Date | undefined, Date>;
    /** tsvector; query with `search @@ websearch_to_tsquery('english', …)`. */
    search: Computed<string>;
    verdict: Computed<ScanVerdict | null>;
    /** Type, category, verdict and permissions in one text. */
    facets: Computed<string>;
    active_organisations: WithDefault<number>;
    trend: WithDefault<number>;
    created_at: Created;
    updated_at: Updated;
  };
  /** One row: counts the changes of the catalog. */
  marketplace_catalog: { one: WithDefault<boolean>; version: WithDefault<number>; day: WithDefault<string> };
  /** Kept by a trigger. */
  marketplace_words: { word: string; listings: number };
  security_events: {
    id: Id;
    organisation_id: string;
    /** Null once the plugin is gone. */
    installation_id: Nullable<string>;
    plugin_id: string;
    version: string;
    digest: string;
    type: string;
    severity: ViolationSeverity;
    title: string;
    detail: string;
    evidence: JsonTextWithDefault<JsonObject>;
    /** How often the same happened within a minute. */
    count: WithDefault<number>;
    created_at: Created;
  };
  organisation_limits: {
    organisation_id: string;
    /** MB */
    memory: Nullable<number>;
    /** ms */
    timeout: Nullable<number>;
    /** ms of processor time */
    cpu: Nullable<number>;
    requests_per_minute: Nullable<number>;
    updated_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
};
