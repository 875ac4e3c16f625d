import type { WebhookHandling } from '@proofpix/contract/api/webhooks';
import type {
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

/** Accounts at providers and webhooks: see tables.ts. */
export type OutsideTables = {
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
    /** The session that began it. */
    credential_id: string;
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
    /** Another one with every change of the tokens. */
    tokens_id: Id;
    /** Somebody is asking the provider for the next access token. */
    refreshing_until: Time;
    connected_by: Nullable<string>;
    connected_at: WithDefault<Date>;
    updated_at: Updated;
  };
  oauth_events: {
    id: Id;
    organisation_id: string;
    type: string;
    /** Its name: the event outlives it. */
    provider: string;
    detail: JsonTextWithDefault<JsonObject>;
    /** A user. */
    actor: Nullable<string>;
    created_at: Created;
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
