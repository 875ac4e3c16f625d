import { Problem } from '@proofpix/contract/errors';
import { runHooks } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { HookResult, Report, Step } from '@proofpix/contract/runs';
import { entryOf } from './call-hook.ts';
import { jsonDigest } from './canonical-json.ts';
import type { DerivedFiles, Installation, Photo } from './capabilities.ts';
import type { Host } from './host.ts';
import { Merged } from './merge.ts';

/** One photo through the hooks of a run. The same for the server and the command line. */
export type PhotoRun = {
  runId: string;
  organisationId: string;
  photo: Photo;
  derivedFiles: (pluginId: string) => DerivedFiles;
  /** Ids of the plugins to run; all registered ones when left out. */
  plugins?: readonly string[];
  options?: { readonly [key: string]: Json };
  onStepStarted?: (step: { hook: string; plugin: string }) => void;
  onStep?: (step: Step) => Promise<void> | void;
  signal?: AbortSignal;
};

type Chosen = { organisationId: string; plugins?: readonly string[] };
type RunHook = (typeof runHooks)[number];

/** The steps a run will take: for progress, before it starts. */
export function planRun(host: Host, run: Chosen): { hook: string; plugin: string }[] {
  return planSteps(host, run).map(({ hook, installation }) => ({ hook, plugin: installation.pluginId }));
}

/** The implementers of a hook that were chosen, in order. */
export function chosen(host: Host, hook: string, { organisationId, plugins }: Chosen): Installation[] {
  const all = host.implementers(organisationId, hook);
  return plugins === undefined ? all : all.filter(({ pluginId }) => plugins.includes(pluginId));
}

/**
 * Takes the photo through file:uploaded, file:process, file:processed and data:analyze. One plugin's failure is its own
 * step; the others go on. @throws the signal's reason, and what `onStep` throws
 */
export async function runPhoto(host: Host, run: PhotoRun): Promise<Report> {
  const merged = new Merged();
  const steps = planSteps(host, run);
  for (const [index, { hook, installation }] of steps.entries()) {
    run.signal?.throwIfAborted();
    // The next one starts while this one works: most of a first photo's time is starts.
    const next = steps[index + 1];
    if (next !== undefined) host.wake(next.installation.id);
    run.onStepStarted?.({ hook, plugin: installation.pluginId });
    const input = inputOf(hook, run, merged);
    const inputDigest = jsonDigest(withoutIds(hook, input));
    const result = await callOrSay(host, installation, {
      hook,
      input,
      photo: run.photo,
      derivedFiles: run.derivedFiles(installation.pluginId),
      signal: run.signal,
    });
    const step: Step = { hook, ...result, inputDigest, outputDigest: outputDigest(result) };
    merged.add(step);
    await run.onStep?.(step);
  }
  return merged.report();
}

/** `host.call`, with an entry also for a plugin that was unloaded since it was chosen. */
export async function callOrSay(
  host: Host,
  installation: Installation,
  call: Omit<Parameters<Host['call']>[0], 'installationId'>,
): Promise<HookResult> {
  try {
    return await host.call({ ...call, installationId: installation.id });
  } catch (error) {
    if (call.signal?.aborted || !(error instanceof Problem)) throw error;
    return entryOf(installation, { error: { code: error.code, message: error.message } });
  }
}

function planSteps(host: Host, run: Chosen): { hook: RunHook; installation: Installation }[] {
  return runHooks.flatMap((hook) => chosen(host, hook, run).map((installation) => ({ hook, installation })));
}

type Input = { readonly [key: string]: Json };

function inputOf(hook: RunHook, run: PhotoRun, merged: Merged): Input {
  const { file } = run.photo;
  // None and empty are the same, to the plugin and in the digest of the input.
  const options: Input = { options: run.options ?? {} };
  if (hook === 'file:process') return { file, metadata: merged.metadata(), ...options };
  if (hook === 'data:analyze')
    return { file, metadata: merged.metadata(), findings: jsonOf(merged.findings()), ...options };
  return { file, run: { id: run.runId }, ...options };
}

/** Findings came out of JSON; their type only does not say so. */
function jsonOf(value: ReturnType<Merged['findings']>): Json {
  return value as unknown as Json;
}

/** What the digest of an input covers: not the ids, so that the same photo gives the same digest in any run, anywhere. */
function withoutIds(hook: string, { file, run: _run, ...rest }: Input): Json {
  // `file` is a HookFile: inputOf put it there.
  const { id: _id, ...known } = file as { readonly [key: string]: Json };
  return { hook, file: known, ...rest };
}

/** Covers what a plugin said and the files it added, or by which code it failed. */
function outputDigest({ ok, result, error, files }: HookResult): string {
  const said: Json = ok ? { result: result ?? null } : { error: error?.code ?? null };
  const added = files.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
  return jsonDigest({ ...said, files: added.sort((a, b) => (a.name < b.name ? -1 : 1)) });
}
