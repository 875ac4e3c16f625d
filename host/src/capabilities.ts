import type { Problem } from '@proofpix/contract/errors';
import type { HookFile } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { Manifest } from '@proofpix/contract/manifest';
import type { HostCallArgs, HostCallResult } from '@proofpix/contract/host-calls';
import type { Permission } from '@proofpix/contract/permissions';
import type { DerivedFile } from '@proofpix/contract/runs';
import type { ViolationType } from '@proofpix/contract/violations';
import type { GuardedClient } from './http/guarded-client.ts';

/** A plugin in an organisation, as the host needs it. The host knows no database: whoever embeds it keeps these. */
export type Installation = {
  /** Unique on this server. */
  id: string;
  organisationId: string;
  pluginId: string;
  version: string;
  /** Identity of the package. */
  digest: string;
  manifest: Manifest;
  /** Its hooks with the priority that is in force (the manifest's, unless an admin changed it). */
  hooks: readonly { name: string; priority: number }[];
  /** Milliseconds since the epoch: breaks ties between equal priorities. */
  installedAt: number;
  /** The files of the package, by path. Called when a runner is assigned, not kept. */
  readFiles(): Promise<ReadonlyMap<string, Uint8Array>>;
  /** What the organisation and the server allow at most, where that is less than the manifest asks for. */
  ceiling?(): LimitCeiling;
  /** What is granted at this moment; asked at every host call, so that a withdrawn grant works at once. */
  grants(): ReadonlySet<Permission>;
  /** Why it is not called at this moment, or null; asked before every call. Nothing refuses it when left out. */
  refusal?(): Problem | null;
  /** Whether it may reach a host that its manifest names; every one when left out. Asked at each hop of each request. */
  reaches?(hostname: string, port: number): boolean;
  /** The configuration with defaults filled in; secrets are opaque handles. */
  config(): Promise<Json>;
};

/** In the units of `limits` in a manifest: MB, milliseconds, milliseconds of processor time, requests. */
export type LimitCeiling = { memory?: number; timeout?: number; cpu?: number; requestsPerMinute?: number };

/** The one file of a call. Ranges are read lazily; the host never holds the whole file. */
export type Photo = {
  file: HookFile;
  read(offset: number, length: number): Promise<Uint8Array>;
};

/**
 * The files that a report is about, by SHA-256: the photos of its exhibits and what plugins added to them. Nothing else
 * of the organisation is among them.
 */
export type ReportFiles = (sha256: string) => (Pick<Photo, 'read'> & { size: number }) | undefined;

/** Where derived files go. Names were checked by the archive's path rules before. */
export type DerivedFiles = {
  write(name: string, bytes: Uint8Array): Promise<DerivedFile>;
};

/** A version of 0 stands for a key that is not there. */
export type StoredValue = { value: Json; version: number };

/** Key-value storage of one installation; encryption and quota are the implementer's. */
export type PluginStorage = {
  get(installation: Installation, key: string): Promise<StoredValue>;
  /** Gives the new version. @throws Problem `storage_quota`, `storage_conflict` when the version is not `ifVersion` */
  set(
    installation: Installation,
    key: string,
    value: Json,
    options: { ttlSeconds?: number; ifVersion?: number },
  ): Promise<number>;
  delete(installation: Installation, key: string): Promise<boolean>;
  /** At most `limit` keys that begin with `prefix` and sort behind `after`. */
  list(installation: Installation, options: { prefix: string; after: string; limit: number }): Promise<string[]>;
};

export type Attestation = { statement: string; signature: string; publicKey: string };

/** What went over the network for a call, by host name. */
export type Traffic = { [host: string]: { requests: number; bytesSent: number; bytesReceived: number } };

/** One finished call, for metrics. */
export type Observation = {
  kind: 'hook' | 'initialize' | 'cleanup' | 'onConfigUpdate';
  hook: string | null;
  ok: boolean;
  code: string | null;
  milliseconds: number;
  hostCalls: number;
  bytesRead: number;
  bytesWritten: number;
  /** How often each host call was made. */
  byHostCall: { [name: string]: number };
  traffic: Traffic;
};

/** One host call, once it was answered or refused. */
export type HostCallSeen = {
  /** The hook or lifecycle function that was running. */
  within: string;
  name: string;
  /** As the plugin sent them; not checked where `error` says so. */
  args: Json;
  /** Milliseconds from the beginning of the call it belongs to. */
  startedAt: number;
  milliseconds: number;
  /** Raw bytes that came with it and went back with the answer. */
  bytesSent: number;
  bytesReceived: number;
  /** Why it was refused; null when it was answered. */
  error: { code: string; message: string } | null;
};

/** A refused or hostile act of a plugin. Title, severity and whether it is hostile stand in the contract, by type. */
export type Violation = {
  type: ViolationType;
  /** What happened this time, for people. Holds no secret. */
  detail: string;
  /** What proves it: names, numbers and addresses, at most 2 kB as JSON. */
  evidence: { readonly [name: string]: Json };
};

/** The way out, and what is filled into requests on it. */
export type HttpPort = {
  client: GuardedClient;
  /** Text behind a handle of the installation's configuration, to be filled in on its way out; null for any other text. */
  secret(installation: Installation, handle: string): Promise<string | null>;
};

export type WebhookPort = {
  /** Takes the message for delivery. @throws Problem `webhook_not_sent` where no address takes it */
  send(
    installation: Installation,
    message: { type: string; data: Json; endpoint?: string },
  ): Promise<{ id: string; endpoints: number }>;
};

export type AccessToken = { accessToken: string; tokenType: string; expiresAt: string | null; scopes: string[] };

export type OauthPort = {
  /** @throws Problem `oauth_not_connected`, `oauth_failed` */
  token(installation: Installation, provider: string): Promise<AccessToken>;
};

/** What a plugin counts about itself. */
export type Measure =
  | { kind: 'count'; name: string; by: number }
  | { kind: 'time'; name: string; milliseconds: number }
  | { kind: 'track'; name: string; value: string | null };

export type SecurityEvent = HostCallResult<'security.events'>['events'][number];

export type SecurityPort = {
  report(installation: Installation, report: HostCallArgs<'security.report'>): Promise<void>;
  /** Newest first, of the installation's organisation. */
  events(installation: Installation, page: { limit: number; before?: string }): Promise<SecurityEvent[]>;
};

/** What the outside gives to the host: small interfaces, so that server, cli and test host share one host. */
export type Capabilities = {
  storage: PluginStorage;
  attest(organisationId: string, digest: string): Promise<Attestation>;
  http: HttpPort;
  webhooks: WebhookPort;
  oauth: OauthPort;
  security: SecurityPort;
  measure(installation: Installation, measure: Measure): void;
  log(installation: Installation, line: { level: 'debug' | 'info' | 'warn' | 'error'; message: string }): void;
  observe(installation: Installation, observation: Observation): void;
  /** Each host call, for somebody who develops the plugin. Servers leave it out: it costs time at every one. */
  hostCall?(installation: Installation, seen: HostCallSeen): void;
  violation(installation: Installation, violation: Violation): void;
  /** The runner of an installation ended although nobody asked it to; the next call starts another. */
  died(installation: Installation, reason: { code: string; detail: string }): void;
  /** The circuit breaker of an installation changed: `open` refuses calls until `retryAt`, `closed` lets them through. */
  circuit(
    installation: Installation,
    circuit: { state: 'open' | 'closed'; reason: string; retryAt: Date | null },
  ): void;
  /** A hostile act: the host takes no more calls for the installation; whoever keeps it must remember that. */
  quarantined(installation: Installation, reason: string): void;
};
