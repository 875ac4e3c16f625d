import { Problem } from '@proofpix/contract/errors';
import { hookNames, hooks } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import { manifestHooks } from '@proofpix/contract/manifest';
import type { HookResult } from '@proofpix/contract/runs';
import type { Installation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import type { Package } from '@proofpix/scanner/package';
import type { Outside } from './outside.ts';
import { customHooksIn, packageSnippet, snippetTimeout } from './package-snippet.ts';

/** How long after its answer a plugin is watched for acts. */
const afterMilliseconds = 80;
/** What the host may take over a deadline before the call is said not to have ended. */
const graceMilliseconds = 2_000;

export type Attempt = {
  answer: string;
  /** All that the host answered, as text. */
  said: string;
  /** Acts after the answer. */
  late: string[];
  /** A call that did not end by its deadline, or an error that does not say what it is. */
  stuck: string | null;
  unclear: string | null;
};

let serial = 0;

/** Installs a snippet, calls every hook it has, tells it a configuration, and unloads it. */
export async function trySnippet(options: { host: Host; outside: Outside; path: string }): Promise<Attempt> {
  const { host, outside, path } = options;
  const attempt: Attempt = { answer: '', said: '', late: [], stuck: null, unclear: null };
  let installation: Installation;
  try {
    installation = await loadSnippet(host, path);
  } catch (error) {
    note(attempt, error instanceof Problem ? error : new Problem('internal', String(error)));
    attempt.said += error instanceof Error ? String(error.stack) : String(error);
    await settle(outside, attempt, null);
    return attempt;
  }
  if (installation.hooks.length === 0) note(attempt, null);
  for (const { name } of installation.hooks) await callTwice({ ...options, installation, hook: name, attempt });
  await settle(outside, attempt, installation.id);
  await host.configure(installation.id);
  await host.unload(installation.id);
  // `cleanup` was a call of its own: what comes from here on is nobody's.
  outside.acts.length = 0;
  await settle(outside, attempt, installation.id);
  return attempt;
}

/**
 * Loads it with the hooks that it has. Nobody but its runner may look into the code: the first guess is the usual hook;
 * where that is wrong, the host itself says which of all hooks are missing.
 */
async function loadSnippet(host: Host, path: string): Promise<Installation> {
  const guess = await intake(path, ['file:process']);
  try {
    await host.load(guess);
    return guess;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'plugin_hook_missing') throw error;
  }
  const all = [...hookNames, ...(await customHooksIn(path))];
  try {
    const everything = await intake(path, all);
    await host.load(everything);
    return everything;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'plugin_hook_missing') throw error;
    const missing = new Set(error.detail?.match(/[a-z0-9-]+:[a-z0-9-]+/g));
    const there = await intake(
      path,
      all.filter((name) => !missing.has(name)),
    );
    await host.load(there);
    return there;
  }
}

async function intake(path: string, hookNames: readonly string[]): Promise<Installation> {
  serial += 1;
  const custom = hookNames.find((name) => !Object.hasOwn(hooks, name));
  const id = custom?.split(':')[0] ?? `snippet-${serial}`;
  const own = hookNames.filter((name) => Object.hasOwn(hooks, name) || name.startsWith(`${id}:`));
  return installationOf(await packageSnippet({ path, id, hooks: own }));
}

function installationOf({ manifest, digest, files }: Package): Installation {
  const granted = new Set(manifest.permissions);
  return {
    id: `installation-${serial}`,
    organisationId: 'organisation-1',
    pluginId: manifest.id,
    version: manifest.version,
    digest,
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: serial,
    readFiles: async () => files,
    grants: () => granted,
    config: async () => ({ greeting: 'hello' }),
  };
}

type Calling = { host: Host; outside: Outside; installation: Installation; hook: string; attempt: Attempt };

/** A second time where the first was quick: what one call left behind must not give the next one more. */
async function callTwice(calling: Calling): Promise<void> {
  const first = await callOnce(calling);
  if (first !== null && first.milliseconds < snippetTimeout / 3) await callOnce(calling);
}

async function callOnce({ host, outside, installation, hook, attempt }: Calling): Promise<HookResult | null> {
  const { file } = outside.photoFor(installation.id);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, snippetTimeout + graceMilliseconds, null);
  });
  const call = host.call({
    installationId: installation.id,
    hook,
    input: inputOf(hook, file),
    photo: outside.photoFor(installation.id),
    derivedFiles: outside.derivedFor(installation.id),
    deadline: snippetTimeout,
  });
  const entry = await Promise.race([call, tooLate]).finally(() => clearTimeout(timer));
  if (entry === null) {
    attempt.stuck ??= `${hook} had not ended ${graceMilliseconds} ms after its deadline.`;
    return null;
  }
  const answered = outside.acts.length;
  note(attempt, entry.ok ? null : entry.error);
  attempt.said += JSON.stringify(entry);
  await pause(afterMilliseconds / 4);
  attempt.late.push(...actsOf(outside, installation.id, answered));
  return entry;
}

function inputOf(hook: string, file: object): Json {
  const row = Object.hasOwn(hooks, hook) ? hooks[hook as keyof typeof hooks] : null; // an own key of the table
  if (row === null) return {};
  if (hook === 'export:generate') return { report: {}, format: 'json', options: {} };
  if (!row.file) return { event: {} };
  return { file: { ...file }, metadata: {}, findings: [], run: { id: 'run-1' }, options: {} };
}

/** Waits, and takes for late whatever the installation does meanwhile. */
async function settle(outside: Outside, attempt: Attempt, installation: string | null): Promise<void> {
  const from = outside.acts.length;
  await pause(afterMilliseconds);
  if (installation !== null) attempt.late.push(...actsOf(outside, installation, from));
}

function actsOf(outside: Outside, installation: string, from: number): string[] {
  return outside.acts.slice(from).flatMap((act) => (act.installation === installation ? [act.what] : []));
}

function note(attempt: Attempt, error: { code: string; message: string } | null | undefined): void {
  if (error === null) attempt.answer ||= 'ok';
  else if (error === undefined || error.code === 'internal' || error.message === '') {
    attempt.unclear ??= `The answer does not say what went wrong (${error?.code}: ${error?.message}).`;
    attempt.answer = error?.code ?? 'nothing';
  } else if (attempt.answer === '' || attempt.answer === 'ok') attempt.answer = error.code;
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
