import { Check, Errors } from 'typebox/value';
import type { TSchema } from 'typebox';
import { validateConfig } from '@proofpix/contract/config-schema';
import { Problem, type FieldError } from '@proofpix/contract/errors';
import { hooks, isBuiltInHook, type HookName } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { HookResult } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo, ReportFiles } from './capabilities.ts';
import { schemaErrors } from './check-result.ts';
import { customHookOf, type CustomHook } from './custom-hook.ts';
import type { Host } from './host.ts';
import { callOrSay, chosen } from './run-photo.ts';

/** One hook, called outside a run: by an API caller, by an event of the platform, by a test. */
export type HookRun = {
  organisationId: string;
  hook: string;
  /** What the hook gets. File hooks: an object, to which `file` is added. Event hooks: the event. Custom hooks: as declared. */
  data: Json;
  photo?: Photo;
  reportFiles?: ReportFiles;
  derivedFiles?: (pluginId: string) => DerivedFiles;
  /** Ids of the plugins to call; all registered ones that implement the hook when left out. */
  plugins?: readonly string[];
  options?: { readonly [key: string]: Json };
  /** Milliseconds for each plugin; what its limits say when left out. An export of one photo gets its own. */
  deadline?: number;
  signal?: AbortSignal;
};

/** Calls every implementer in order. @throws Problem `hook_unknown`, `hook_input_invalid` (nothing was called then) */
export async function runHook(host: Host, run: HookRun): Promise<HookResult[]> {
  const input = isBuiltInHook(run.hook) ? builtInInput(run.hook, run) : customInput(host, run);
  const deadline = run.deadline ?? (run.hook === 'export:generate' ? limits.exportMilliseconds : undefined);
  const results: HookResult[] = [];
  for (const installation of chosen(host, run.hook, run)) {
    run.signal?.throwIfAborted();
    const call = {
      hook: run.hook,
      input,
      photo: run.photo,
      reportFiles: run.reportFiles,
      derivedFiles: run.derivedFiles?.(installation.pluginId),
      deadline,
      signal: run.signal,
    };
    results.push(await callOrSay(host, installation, call));
  }
  return results;
}

export type ExportRun = {
  organisationId: string;
  /** The report of a run or batch. */
  report: { readonly [key: string]: Json };
  format: string;
  derivedFiles: (pluginId: string) => DerivedFiles;
  /** The original, where the export is about one photo. */
  photo?: Photo;
  /** The photos and derived files that the report names. */
  reportFiles?: ReportFiles;
  plugins?: readonly string[];
  options?: { readonly [key: string]: Json };
  /** Milliseconds for each plugin; that of one photo when left out. */
  deadline?: number;
  signal?: AbortSignal;
};

/** Calls `export:generate` of every implementer; the files of an export stand in `files` of its entry. */
export async function runExport(host: Host, run: ExportRun): Promise<HookResult[]> {
  const { report, format, ...rest } = run;
  const plugins = exporters(host, run.organisationId, format).filter((id) => run.plugins?.includes(id) ?? true);
  return runHook(host, { ...rest, hook: 'export:generate', data: { report, format }, plugins });
}

/** Ids of the plugins that write a format. One that names no formats is asked for every one. */
export function exporters(host: Host, organisationId: string, format: string): string[] {
  return host
    .implementers(organisationId, 'export:generate')
    .filter(({ manifest: { exportFormats } }) => exportFormats?.some((each) => each.format === format) ?? true)
    .map(({ pluginId }) => pluginId);
}

function builtInInput(hook: HookName, { data, photo, options }: HookRun): Json {
  const input = withOptions(isEvent(hook) ? eventInput(data) : fileInput(hook, data, photo), options);
  const schema: TSchema = hooks[hook].input;
  if (!Check(schema, input)) throw invalid(schemaErrors(Errors(schema, input)));
  return input;
}

function isEvent(hook: HookName): boolean {
  return !hooks[hook].file;
}

/** `{event: …}` as the hook gets it, or the event alone. */
function eventInput(data: Json): { [key: string]: Json } {
  const record = recordOf(data);
  return Object.keys(record).length === 1 && 'event' in record ? record : { event: record };
}

/** What is said about the file is what we know, never what the caller says. */
function fileInput(hook: HookName, data: Json, photo: Photo | undefined): { [key: string]: Json } {
  const record = recordOf(data);
  if (hook === 'export:generate') return record;
  if (photo === undefined) throw invalid([{ field: '/file', message: 'is required: this hook works on a photo' }]);
  const defaults: { [key: string]: Json } =
    hook === 'file:process'
      ? { metadata: {} }
      : hook === 'data:analyze'
        ? { metadata: {}, findings: [] }
        : { run: { id: photo.file.id } };
  return { ...defaults, ...record, file: photo.file };
}

function recordOf(data: Json): { [key: string]: Json } {
  if (data === null) return {};
  if (typeof data !== 'object' || Array.isArray(data))
    throw invalid([{ field: '/data', message: 'must be an object' }]);
  return { ...(data as { readonly [key: string]: Json }) }; // isArray does not take readonly arrays out of the union
}

function withOptions(input: { [key: string]: Json }, options: HookRun['options']): { [key: string]: Json } {
  return options === undefined ? input : { ...input, options };
}

function customInput(host: Host, { organisationId, hook, data }: HookRun): Json {
  let declared: CustomHook | null = null;
  for (const installation of host.installations(organisationId)) declared ??= customHookOf(installation, hook);
  if (declared === null) throw new Problem('hook_unknown');
  if (Buffer.byteLength(JSON.stringify(data)) > limits.jsonBodyBytes)
    throw invalid([{ field: '/data', message: 'is too large' }]);
  const wrong = declared.input === undefined ? [] : validateConfig(declared.input, data);
  if (wrong.length > 0) throw invalid(wrong);
  return data;
}

function invalid(fields: FieldError[]): Problem {
  return new Problem('hook_input_invalid', undefined, fields);
}
