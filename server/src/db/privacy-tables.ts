import type { EraseEvent, ToldPlugin } from '@proofpix/contract/erase-event';
import type { Controller, RetentionDone } from '@proofpix/contract/privacy';
import type { RetentionDays } from '@proofpix/contract/retention';
import type {
  Created,
  Id,
  JsonText,
  JsonTextWithDefault,
  Nullable,
  RequiredTime,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';

/** Erasure, retention and what an organisation says about both: see tables.ts. */
export type PrivacyTables = {
  erasures: {
    id: Id;
    organisation_id: string;
    subject_id: string;
    asked_by: 'self' | 'admin';
    /** The account went as well: it belonged to no other organisation, or its owner asked. */
    whole: boolean;
    state: WithDefault<'waiting' | 'done' | 'failed'>;
    /** Sealed; null when it is over. */
    sought: Nullable<Uint8Array>;
    /** What was found, by table or place. */
    found: JsonTextWithDefault<{ readonly [place: string]: number }>;
    created_at: Created;
    finished_at: Time;
    updated_at: Updated;
  };
  organisation_erasures: {
    organisation_id: string;
    asked_by: Nullable<string>;
    erase_at: RequiredTime;
    created_at: Created;
  };
  erase_notices: {
    id: Id;
    organisation_id: string;
    event: JsonText<EraseEvent>;
    told: JsonTextWithDefault<readonly ToldPlugin[]>;
    attempts: WithDefault<number>;
    finished_at: Time;
    created_at: Created;
  };
  privacy_settings: {
    organisation_id: string;
    retention: JsonTextWithDefault<RetentionDays>;
    delete_photos: WithDefault<boolean>;
    controller: JsonTextWithDefault<Controller>;
    updated_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  retention_runs: {
    id: Id;
    organisation_id: string;
    deleted: JsonText<readonly RetentionDone[]>;
    public_key: string;
    signature: string;
    created_at: RequiredTime;
  };
};
