import { Problem } from '@proofpix/contract/errors';
import { hooks, isBuiltInHook } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { Permission } from '@proofpix/contract/permissions';
import type { DerivedFile, HookResult, StepError } from '@proofpix/contract/runs';
import type { Capabilities, DerivedFiles, Installation, Photo, ReportFiles, Traffic } from './capabilities.ts';
import { BrokenResult, checkResult, shapeOf, type CheckedResult } from './check-result.ts';
import type { CustomHook } from './custom-hook.ts';
import type { Installed } from './installed.ts';
import { observationOf } from './lifecycle-call.ts';
import { openCall, type Emission, type OpenCall, type Outcome } from './open-call.ts';

/** What is asked of one plugin. */
export type HookRequest = {
  hook: string;
  input: Json;
  /** Opens `ctx.files` when the plugin has the grant. */
  photo?: Photo;
  /** What `ctx.files.read` opens besides, by SHA-256. */
  reportFiles?: ReportFiles;
  derivedFiles?: DerivedFiles;
  /** Milliseconds; the manifest's timeout when left out, and never more than the limits in force (`limits.ts`). */
  deadline?: number;
  /** Aborted: the promise rejects with its reason. What runs in the plugin ends by its deadline and reaches nothing. */
  signal?: AbortSignal;
};

export type HookCallOptions = {
  installed: Installed;
  call: HookRequest;
  /** How the hook's owner declares it; null for built-in hooks and where no owner is registered. */
  custom: CustomHook | null;
  capabilities: Capabilities;
  emission?: Emission;
};

/** One hook in one plugin: what may be refused is refused before it is called, what comes back is judged. */
export async function callHook({
  installed,
  call,
  custom,
  capabilities,
  emission,
}: HookCallOptions): Promise<HookResult> {
  const { installation } = installed;
  const refused = refusal(installation, call.hook, custom);
  if (refused !== null) return entryOf(installation, { error: { code: refused.code, message: refused.message } });
  const inputJson = JSON.stringify(call.input) ?? 'null';
  // Four bytes a character at most, and room for the configuration: the runner would refuse the frame and end.
  if (
    inputJson.length > limits.frameJsonBytes / 4 &&
    Buffer.byteLength(inputJson) > limits.frameJsonBytes - 2 * limits.configBytes
  ) {
    const { code, message } = new Problem('hook_input_invalid', 'It is too large.');
    return entryOf(installation, { error: { code, message } });
  }
  const allowed = installed.limits(call.hook);
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const open = openCall({
    kind: 'hook',
    hook: call.hook,
    inputJson,
    photo: call.photo,
    reportFiles: call.reportFiles,
    derivedFiles: call.derivedFiles,
    deadline: Math.max(1, Math.min(call.deadline ?? Infinity, allowed.timeout)),
    cpuLimit: allowed.cpu,
    emission,
    settle: resolve,
  });
  const began = performance.now();
  const outcome = await settled(installed, open, promise, call.signal);
  // A write that the plugin did not wait for is part of its result all the same.
  if (open.writing.size > 0) await Promise.allSettled(open.writing);
  const milliseconds = performance.now() - (open.startedAt === 0 ? began : open.startedAt);
  const checked = judge(outcome, open, custom);
  installed.ended(open, { answered: outcome.ok && (checked.ok || checked.error.code !== 'plugin_memory') });
  const entry = entryOf(installation, checked.ok ? checked : { error: checked.error }, open, milliseconds);
  const observation = { ...observationOf(open, milliseconds), ok: entry.ok, code: entry.error?.code ?? null };
  capabilities.observe(installation, observation);
  return entry;
}

/** Queues the call and waits. @throws the signal's reason when it is aborted first */
function settled(
  installed: Installed,
  open: OpenCall,
  promise: Promise<Outcome>,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  if (signal === undefined) {
    installed.enqueue(open);
    return promise;
  }
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    aborted.reject(signal.reason);
    installed.abandon(open);
  };
  signal.addEventListener('abort', abort, { once: true });
  installed.enqueue(open);
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** Why the plugin is not even called. */
function refusal(installation: Installation, hook: string, custom: CustomHook | null): Problem | null {
  if (!installation.hooks.some(({ name }) => name === hook)) return new Problem('plugin_hook_missing');
  const permission: Permission | undefined = isBuiltInHook(hook) ? hooks[hook].permission : custom?.permission;
  if (!isBuiltInHook(hook) && custom === null)
    return new Problem('hook_unknown', 'The plugin that declares it is not loaded.');
  if (permission !== undefined && !installation.grants().has(permission)) {
    return new Problem('permission_denied', `${hook} needs "${permission}".`);
  }
  return installation.refusal?.() ?? null;
}

function judge(outcome: Outcome, open: OpenCall, custom: CustomHook | null): CheckedResult {
  if (!outcome.ok) return outcome;
  try {
    const checked = checkResult(outcome.json, open.hook === null ? null : shapeOf(open.hook, custom?.output));
    if (!checked.ok && checked.error.code === 'plugin_result_invalid') reportInvalid(open, outcome.json, checked.error);
    return checked;
  } catch (error) {
    // Whatever else goes wrong over a stranger's result, it is that result's failure and not the run's.
    const detail = error instanceof BrokenResult ? error.message : 'It could not be judged.';
    if (error instanceof BrokenResult) open.runner?.blame(detail);
    const { code, message } = new Problem('plugin_result_invalid', detail);
    return { ok: false, error: { code, message } };
  }
}

function reportInvalid(open: OpenCall, json: string, { message, errors: [wrong] = [] }: StepError): void {
  const detail = wrong === undefined ? message : `${message} ${wrong.field} ${wrong.message}`;
  open.runner?.violation({ type: 'result_invalid', detail, evidence: { hook: open.hook, chars: json.length } });
}

type Said = { ok: true; value: HookResult['result']; notes: string[] } | { ok?: false; error: StepError };

/** The entry of one plugin, whether it was called or not. */
export function entryOf(installation: Installation, said: Said, call?: OpenCall, milliseconds = 0): HookResult {
  const files: DerivedFile[] = [];
  for (const file of call?.files.values() ?? []) if (file !== null) files.push(file);
  return {
    plugin: installation.pluginId,
    version: installation.version,
    digest: installation.digest,
    ok: said.ok === true,
    ...(said.ok === true ? { result: said.value } : { error: said.error }),
    ...(said.ok === true && said.notes.length > 0 ? { notes: said.notes } : {}),
    files,
    usage: {
      hostCalls: call?.used.hostCalls ?? 0,
      bytesRead: call?.used.bytesRead ?? 0,
      bytesWritten: call?.used.bytesWritten ?? 0,
      ...reachedBy(call?.used.traffic ?? {}),
    },
    milliseconds: Math.round(milliseconds * 1_000) / 1_000,
  };
}

/** By what the manifest asked for, of which there are few, however many names a pattern stands for. */
function reachedBy(traffic: Traffic): { reached?: Record<string, number> } {
  const hosts = Object.entries(traffic);
  if (hosts.length === 0) return {};
  return { reached: Object.fromEntries(hosts.map(([host, { requests }]) => [host, requests])) };
}
