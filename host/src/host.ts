import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import type { Capabilities, DerivedFiles, Installation, Photo } from './capabilities.ts';

/** One hook call to one installation. */
export type HookCall = {
  installationId: string;
  hook: string;
  input: Json;
  /** Opens `ctx.files` when the plugin has the grant. */
  photo?: Photo;
  derivedFiles?: DerivedFiles;
  /** Milliseconds; the manifest's timeout when left out, and never more than it unless the hook is an export. */
  deadline?: number;
  signal?: AbortSignal;
};

/** Measured from outside the runner, by the operating system. */
export type ProcessUsage = { cpuMilliseconds: number; memoryBytes: number; deaths: number };

export type Host = AsyncDisposable & {
  /** Makes an installation callable without starting a runner: its first call does. For start-up with many plugins. */
  register(installation: Installation): void;
  /** Starts the runner, loads the code and runs `initialize`. On failure nothing stays. @throws Problem */
  load(installation: Installation): Promise<void>;
  /** Runs `cleanup`, then ends the runner. Calls in flight are let finish until their deadlines. */
  unload(installationId: string): Promise<void>;
  /** Tells a running plugin its new configuration (`onConfigUpdate`). */
  configure(installationId: string): Promise<void>;
  /** Replaces priorities or grants' source of a registered installation without a restart. */
  update(installation: Installation): void;
  /** Calls one plugin. A failure of the plugin is an entry with `ok: false`, never an exception. */
  call(call: HookCall): Promise<HookResult>;
  /** The registered installations of an organisation that implement a hook, in the order in which they run. */
  implementers(organisationId: string, hook: string): Installation[];
  /** All registered installations of an organisation. */
  installations(organisationId: string): Installation[];
  usage(installationId: string): ProcessUsage;
};

export type HostOptions = {
  capabilities: Capabilities;
  /** Booted runners kept ready for the next installation. */
  spareRunners?: number;
};

export function createHost(_options: HostOptions): Host {
  throw new Error('replaced by the implementation');
}
