import type { Plan, Role } from '@proofpix/contract/access';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { HookResult, StepError } from '@proofpix/contract/runs';
import type { Json } from '@proofpix/contract/json';
import type {
  Computed,
  Created,
  Id,
  JsonObject,
  JsonTextWithDefault,
  Nullable,
  NullableJsonText,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';
import type { AccountTables } from './account-tables.ts';
import type { AuditTables } from './audit-tables.ts';
import type { CaseTables } from './case-tables.ts';
import type { ConversationTables } from './conversation-tables.ts';
import type { InvitationTables } from './invitation-tables.ts';
import type { OutsideTables } from './outside-tables.ts';
import type { PluginTables } from './plugin-tables.ts';
import type { PrivacyTables } from './privacy-tables.ts';
import type { PolicyTables } from './policy-tables.ts';
import type { MoneyTables } from './money-tables.ts';
import type { PublisherAnalyticsTables } from './publisher-analytics-tables.ts';
import type { PublishingTables } from './publishing-tables.ts';
import type { RatingTables } from './rating-tables.ts';
import type { SubscriptionTables } from './subscription-tables.ts';
import type { TrustTables } from './trust-tables.ts';

/** The rows of all tables. */
export type Tables = PluginTables &
  OutsideTables &
  CaseTables &
  ConversationTables &
  AccountTables &
  AuditTables &
  InvitationTables &
  MoneyTables &
  PolicyTables &
  PublisherAnalyticsTables &
  PublishingTables &
  PrivacyTables &
  RatingTables &
  SubscriptionTables &
  TrustTables & {
    organisations: {
      id: Id;
      name: string;
      plan: WithDefault<Plan>;
      require_second_factor: WithDefault<boolean>;
      created_at: Created;
      updated_at: Updated;
    };
    users: {
      id: Id;
      /** Lower case; unique among those whom no provider manages. */
      email: string;
      name: string;
      password_hash: Nullable<string>;
      is_operator: WithDefault<boolean>;
      is_reviewer: WithDefault<boolean>;
      /** The organisation whose provider somebody came from; such a one has no password and is in no other. */
      managed_by: Nullable<string>;
      email_verified_at: Time;
      mail_language: WithDefault<MailLanguage>;
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
    organisation_keys: {
      organisation_id: string;
      purpose: 'evidence';
      public_key: string;
      /** Sealed. */
      private_key: Uint8Array;
      created_at: Created;
    };
    /** No tenant table: only `asSystem` touches it. */
    master_keys: {
      version: number;
      /** A text sealed with this version. */
      proof: Uint8Array;
      created_at: Created;
    };
    files: {
      id: Id;
      organisation_id: string;
      sha256: string;
      name: string;
      type: string;
      size: number;
      /** When its bytes were deleted though the run stays. */
      deleted_at: Time;
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
      /** Photo and derived files go when it is over. */
      delete_photo: WithDefault<boolean>;
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
      /** Of a run or of a case: exactly one is set. */
      run_id: Nullable<string>;
      case_id: Nullable<string>;
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
  };
