import type { ColumnType } from 'kysely';
import type { Measurement } from '@proofpix/contract/api/trials';
import type { ComponentList } from '@proofpix/contract/dependencies';
import type { Manifest } from '@proofpix/contract/manifest';
import type { ReleaseChannel, SubmissionState } from '@proofpix/contract/publishing';
import type { ScanResult } from '@proofpix/contract/scan';
import type {
  Created,
  Id,
  JsonText,
  Nullable,
  NullableJsonText,
  RequiredTime,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';

/** Why a package was refused, or could not be read. */
export type SubmissionProblem = {
  code: string;
  message: string;
  errors: { field: string; message: string }[];
  rule: string | null;
};

/** Publishers, submissions and releases: see tables.ts. A release belongs to no organisation, and nobody changes it. */
export type PublishingTables = {
  publishers: {
    name: string;
    /** Null when its organisation is gone: the name stays taken. */
    organisation_id: Nullable<string>;
    skeleton: string;
    display_name: string;
    description: WithDefault<string>;
    website: Nullable<string>;
    support: Nullable<string>;
    challenge: string;
    verified_domain: Nullable<string>;
    verified_by: Nullable<'dns' | 'well-known'>;
    verified_at: Time;
    offered_to: Nullable<string>;
    offered_name: Nullable<string>;
    offered_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
  submissions: {
    id: Id;
    organisation_id: string;
    publisher: string;
    channel: ReleaseChannel;
    state: SubmissionState;
    state_since: Time;
    attempt: WithDefault<number>;
    archive_digest: string;
    archive_size: number;
    file_name: string;
    signature_file: Nullable<string>;
    plugin_id: Nullable<string>;
    version: Nullable<string>;
    digest: Nullable<string>;
    manifest: NullableJsonText<Manifest>;
    readme: Nullable<string>;
    changelog: Nullable<string>;
    scan: NullableJsonText<ScanResult>;
    components: NullableJsonText<ComponentList>;
    problem: NullableJsonText<SubmissionProblem>;
    sent_at: Time;
    claimed_by: Nullable<string>;
    claimed_at: Time;
    created_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  submission_steps: {
    id: Id;
    organisation_id: string;
    submission_id: string;
    state: SubmissionState;
    side: 'publisher' | 'marketplace' | 'server';
    actor: Nullable<string>;
    reason: Nullable<string>;
    created_at: Created;
  };
  submission_comments: {
    id: Id;
    organisation_id: string;
    submission_id: string;
    attempt: number;
    side: 'publisher' | 'marketplace';
    author: Nullable<string>;
    text: string;
    file: Nullable<string>;
    line: Nullable<number>;
    rule: Nullable<string>;
    settled_at: Time;
    created_at: Created;
  };
  submission_approvals: {
    organisation_id: string;
    submission_id: string;
    attempt: number;
    reviewer: string;
    checklist: string[];
    created_at: Created;
  };
  release_measurements: {
    digest: string;
    state: WithDefault<'waiting' | 'measured' | 'failed'>;
    reason: Nullable<string>;
    measurement: NullableJsonText<Measurement>;
    asked_at: ColumnType<Date, Date | undefined, Date>;
    measured_at: Time;
  };
  releases: {
    publisher: string;
    plugin_id: string;
    version: string;
    channel: ReleaseChannel;
    submission_id: string;
    digest: string;
    archive_digest: string;
    archive_size: number;
    manifest: JsonText<Manifest>;
    readme: Nullable<string>;
    changelog: Nullable<string>;
    scan: JsonText<ScanResult>;
    components: NullableJsonText<ComponentList>;
    signature_file: string;
    approved_by: 'people' | 'rules';
    released_at: RequiredTime;
    yanked_at: Time;
    yank_reason: Nullable<string>;
    deprecated_at: Time;
    deprecate_reason: Nullable<string>;
  };
  /** In the order in which they came; whoever publishes the catalog takes them away. */
  catalog_changes: {
    id: ColumnType<number, never, never>;
    publisher: string;
    plugin_id: string;
  };
  followed_marketplaces: {
    source: string;
    /** SHA-256 of the root that was believed to begin with. */
    first_root: string;
    trusted_by: 'first-use' | 'file';
    trusted_at: Created;
    confirmed_at: Time;
  };
  followed_files: {
    source: string;
    name: string;
    bytes: Uint8Array;
    current: boolean;
  };
  followed_archives: {
    archive_digest: string;
    size: number;
    used_at: ColumnType<Date, Date | undefined, Date>;
  };
};
