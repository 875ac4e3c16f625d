import { createHash } from 'node:crypto';
import type { Access } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { hooks, isBuiltInHook } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo } from '@proofpix/host/capabilities';
import { runHook } from '@proofpix/host/run-hook';
import { withOrganisation } from '../../../db/tenancy.ts';
import { openPhoto } from '../../runs/open-photo.ts';
import { findFile } from '../../runs/queries.ts';
import type { PluginParts } from '../parts.ts';
import { findAllInstallations } from '../queries.ts';

export type HookRequest = {
  organisationId: string;
  hook: string;
  data?: { readonly [key: string]: Json } | undefined;
  options?: { readonly [key: string]: Json } | undefined;
  plugins?: readonly string[] | undefined;
  /** A photo of the organisation by its id, or one that came with the request. */
  fileId?: string | undefined;
  photo?: Photo | undefined;
  signal: AbortSignal;
};

type Parts = Pick<PluginParts, 'db' | 'objects' | 'host'>;

/**
 * An event is what this server says happened: the signature of a message was checked, an account was connected, a plugin
 * did something hostile. Plugins act on that word, so only who decides about plugins may make one up, to try them; for
 * everybody else it would be a way around the signature. @throws Problem access_denied
 */
export function refuseForgedEvent(hook: string, access: ReadonlySet<Access>): void {
  if (!isBuiltInHook(hook) || hooks[hook].file || access.has('plugins:manage')) return;
  throw new Problem('access_denied', 'To raise an event of the server by hand takes the access "plugins:manage".');
}

/** One hook over the loaded plugins, in order; a result for each, whatever became of it. */
export async function executeHook(parts: Parts, request: HookRequest): Promise<HookResult[]> {
  const { organisationId, hook, data = {}, options, plugins, signal } = request;
  await checkNames(parts, request);
  const photo = request.photo ?? (await storedPhoto(parts, request));
  return runHook(parts.host, {
    organisationId,
    hook,
    data: isBuiltInHook(hook) && !hooks[hook].file && !('event' in data) ? { event: data } : data,
    ...(photo ? { photo } : {}),
    derivedFiles: forgetFiles,
    ...(plugins ? { plugins } : {}),
    ...(options ? { options } : {}),
    signal,
  });
}

/** @throws Problem hook_unknown, plugin_not_found, plugin_not_loaded */
async function checkNames({ db, host }: Parts, { organisationId, hook, plugins }: HookRequest): Promise<void> {
  const owner = isBuiltInHook(hook) ? null : (/^([^:]+):/.exec(hook)?.[1] ?? '');
  if (owner === null && plugins === undefined) return;
  const loaded = new Set(host.installations(organisationId).map(({ pluginId }) => pluginId));
  const named = [...(owner === null ? [] : [owner]), ...(plugins ?? [])].filter((id) => !loaded.has(id));
  if (named.length === 0) return;
  const installed = await withOrganisation(db, organisationId, (tx) => findAllInstallations(tx));
  for (const id of named) {
    const row = installed.find(({ plugin_id }) => plugin_id === id);
    if (id === owner && !Object.hasOwn(row?.manifest.customHooks ?? {}, hook)) throw new Problem('hook_unknown');
    if (!row) throw new Problem('plugin_not_found', `There is no "${id}".`);
    throw new Problem('plugin_not_loaded', `"${id}" is not loaded.`);
  }
}

async function storedPhoto(
  { db, objects }: Parts,
  { organisationId, fileId }: HookRequest,
): Promise<Photo | undefined> {
  if (fileId === undefined) return undefined;
  const file = await withOrganisation(db, organisationId, (tx) => findFile(tx, fileId));
  if (!file) throw new Problem('file_not_found');
  return openPhoto(objects, organisationId, file);
}

/** A hook outside a run keeps nothing: its files are only described. */
function forgetFiles(): DerivedFiles {
  return {
    write: async (name, bytes) => ({
      name,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      type: 'application/octet-stream',
    }),
  };
}
