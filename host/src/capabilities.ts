import type { HookFile } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { DerivedFile } from '@proofpix/contract/runs';

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
  /** What is granted at this moment; asked at every host call, so that a withdrawn grant works at once. */
  grants(): ReadonlySet<Permission>;
  /** The configuration with defaults filled in; secrets are opaque handles. */
  config(): Promise<Json>;
};

/** The one file of a call. Ranges are read lazily; the host never holds the whole file. */
export type Photo = {
  file: HookFile;
  read(offset: number, length: number): Promise<Uint8Array>;
};

/** Where derived files go. Names were checked by the archive's path rules before. */
export type DerivedFiles = {
  write(name: string, bytes: Uint8Array): Promise<DerivedFile>;
};

/** Key-value storage of one installation; encryption and quota are the implementer's. Throws Problem `storage_quota`. */
export type PluginStorage = {
  get(installation: Installation, key: string): Promise<Json>;
  set(installation: Installation, key: string, value: Json, ttlSeconds: number | undefined): Promise<void>;
  delete(installation: Installation, key: string): Promise<boolean>;
  list(installation: Installation, prefix: string): Promise<string[]>;
};

export type Attestation = { statement: string; signature: string; publicKey: string };

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
};

/** What the outside gives to the host: small interfaces, so that server, cli and test host share one host. */
export type Capabilities = {
  storage: PluginStorage;
  attest(organisationId: string, digest: string): Promise<Attestation>;
  log(installation: Installation, line: { level: 'debug' | 'info' | 'warn' | 'error'; message: string }): void;
  observe(installation: Installation, observation: Observation): void;
  /** A refused or hostile act of a plugin: a host call without its grant, after its call ended, a broken frame, … */
  violation(installation: Installation, violation: { type: string; detail: string }): void;
  /** The runner of an installation ended although nobody asked it to; the next call starts another. */
  died(installation: Installation, reason: { code: string; detail: string }): void;
};
