import type { Json } from '@proofpix/contract/json';
import type { Permission } from '@proofpix/contract/permissions';
import type { HookResult, Report } from '@proofpix/contract/runs';
import type { Outside } from '../src/test-host/outside.ts';

export type Photo = { name: string; bytes: Uint8Array };

export type InstallWish = {
  grants: readonly Permission[];
  config?: { readonly [key: string]: Json };
};

/**
 * Something that runs plugins. What may differ between two of them stands here and nowhere else: the cases know nothing of what
 * they run against. Every refusal is a Problem with the platform's code.
 */
export type Target = AsyncDisposable & {
  readonly name: string;
  /** The internet as plugins see it there; null where nobody can answer in its place. */
  readonly outside: Outside | null;
  /** Installs a package, decides on every permission, configures it, and loads it. What fails leaves nothing. */
  install(archive: Uint8Array, wish: InstallWish): Promise<void>;
  uninstall(id: string): Promise<void>;
  load(id: string): Promise<void>;
  unload(id: string): Promise<void>;
  /** Gives what people see of the new configuration. */
  configure(id: string, config: { readonly [key: string]: Json }): Promise<{ readonly [key: string]: Json }>;
  /** Exactly these are granted from now on, and the others refused. */
  grant(id: string, permissions: readonly Permission[]): Promise<void>;
  setPriority(id: string, hook: string, priority: number): Promise<void>;
  /** Calls one hook in the named plugins. */
  call(hook: string, call: HookWish): Promise<HookResult[]>;
  /** Takes a photo through a run. Derived files with their bytes. */
  run(photo: Photo, wish: { plugins: readonly string[]; options?: { readonly [key: string]: Json } }): Promise<RunSeen>;
  /** Log lines, oldest first, once there are so many. */
  logs(id: string, atLeast: number): Promise<{ level: string; message: string }[]>;
  /** Kinds of what it did that was refused, oldest first, once there are so many. */
  violations(id: string, atLeast: number): Promise<string[]>;
};

type HookWish = {
  plugins: readonly string[];
  data?: { readonly [key: string]: Json };
  options?: { readonly [key: string]: Json };
  photo?: Photo;
};

type RunSeen = Report & { written: ReadonlyMap<string, Uint8Array> };
