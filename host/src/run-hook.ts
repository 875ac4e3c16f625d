import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo } from './capabilities.ts';
import type { Host } from './host.ts';

/** One hook, called outside a run: by an API caller, by an event of the platform, by a test. */
export type HookRun = {
  organisationId: string;
  hook: string;
  /** What the hook gets. File hooks: an object, to which `file` is added. Event hooks: the event. Custom hooks: as declared. */
  data: Json;
  photo?: Photo;
  derivedFiles?: (pluginId: string) => DerivedFiles;
  /** Ids of the plugins to call; all registered ones that implement the hook when left out. */
  plugins?: readonly string[];
  options?: { readonly [key: string]: Json };
  signal?: AbortSignal;
};

/** Calls every implementer in order. @throws Problem `hook_unknown`, `hook_input_invalid` (nothing was called then) */
export async function runHook(_host: Host, _run: HookRun): Promise<HookResult[]> {
  throw new Error('replaced by the implementation');
}

export type ExportRun = {
  organisationId: string;
  /** The report of a run or batch. */
  report: { readonly [key: string]: Json };
  format: string;
  derivedFiles: (pluginId: string) => DerivedFiles;
  /** The original, where the export is about one photo. */
  photo?: Photo;
  plugins?: readonly string[];
  options?: { readonly [key: string]: Json };
  signal?: AbortSignal;
};

/** Calls `export:generate` of every implementer; the files of an export stand in `files` of its entry. */
export async function runExport(_host: Host, _run: ExportRun): Promise<HookResult[]> {
  throw new Error('replaced by the implementation');
}
