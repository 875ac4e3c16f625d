import type { Plan, Role } from '@proofpix/contract/access';
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
  RequiredTime,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';
import type { OutsideTables } from './outside-tables.ts';
import type { PluginTables } from './plugin-tables.ts';

/** The rows of all tables. */
export type Tables = PluginTables &
  OutsideTables & {
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
  };
