import type { HookPlace } from '@proofpix/contract/api/hooks';
import { Problem } from '@proofpix/contract/errors';
import { manifestHooks } from '@proofpix/contract/manifest';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { insertEvents } from '../history/queries.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { tellChanged } from '../tell-changed.ts';
import { findPlaces, writePlaces, type NewPlace, type PlaceRow } from './queries.ts';
import { recordAct } from '../../audit/record-act.ts';

type Request = {
  organisationId: string;
  actor: Actor;
  hook: string;
  /** Ids of plugins; null: as the manifests say. */
  order: readonly string[] | null;
};

const lastPriority = 1_000;

/**
 * The whole order of a hook in one transaction. It must name exactly the plugins that are there: an order that was made
 * while another plugin came would otherwise put that one anywhere. @throws Problem hook_unknown, hook_order_outdated
 */
export async function setOrder(parts: PluginParts, request: Request): Promise<HookPlace[]> {
  const { db } = parts;
  const { organisationId, hook } = request;
  const named = await withOrganisation(db, organisationId, (tx) => findPlaces(tx, organisationId, hook));
  if (named.length === 0) throw new Problem('hook_unknown', `No installed plugin implements "${hook}".`);
  const plugins = named.map(({ plugin_id }) => plugin_id);
  const places = await lockedAll(parts, organisationId, plugins, () => placeAll(parts, request));
  for (const pluginId of plugins) tellChanged(parts, { organisationId, pluginId }, 'order');
  return places;
}

async function placeAll(parts: PluginParts, request: Request): Promise<HookPlace[]> {
  const { db, host, installations } = parts;
  const { organisationId, hook } = request;
  const rows = await withOrganisation(db, organisationId, async (tx) => {
    const before = await findPlaces(tx, organisationId, hook);
    await writePlaces(tx, hook, newPlaces(before, request));
    await writeEvents(tx, before, request);
    const after = await findPlaces(tx, organisationId, hook);
    await recordAct(tx, {
      organisationId,
      actor: request.actor,
      act: 'hook.set-order',
      subject: { kind: 'hook', id: hook },
      before: { order: before.map(({ plugin_id }) => plugin_id) },
      after: { order: after.map(({ plugin_id }) => plugin_id) },
    });
    return after;
  });
  for (const { id, priority } of rows) {
    const running = installations.known(id);
    if (!running) continue;
    const hooks = running.hooks.map((own) => (own.name === hook ? { ...own, priority } : own));
    installations.keep({ ...running, hooks });
    host.update({ ...running, hooks });
  }
  return rows.map(showPlace);
}

function newPlaces(before: readonly PlaceRow[], { order, hook }: Request): NewPlace[] {
  if (order === null) {
    return before.map(({ id, manifest, priority }) => ({
      id,
      priority: manifestHooks(manifest).find(({ name }) => name === hook)?.priority ?? priority,
      changed: false,
    }));
  }
  const byPlugin = new Map(before.map((row) => [row.plugin_id, row.id]));
  const ids = order.flatMap((pluginId) => byPlugin.get(pluginId) ?? []);
  if (ids.length !== order.length || new Set(ids).size !== before.length || order.length !== before.length) {
    throw new Problem('hook_order_outdated');
  }
  // Room between them, so that a plugin which comes later and asks for a priority finds its place.
  const step = Math.max(1, Math.min(10, Math.floor(lastPriority / ids.length)));
  return ids.map((id, index) => ({ id, priority: Math.min((index + 1) * step, lastPriority), changed: true }));
}

async function writeEvents(tx: Tx, before: readonly PlaceRow[], { organisationId, actor, hook, order }: Request) {
  await insertEvents(
    tx,
    before.map(({ id }) => ({
      organisationId,
      id,
      type: 'plugin:order-set',
      detail: { hook, order: order === null ? null : [...order] },
      actor,
    })),
  );
}

export function showPlace(row: PlaceRow): HookPlace {
  return {
    plugin: row.plugin_id,
    name: row.name,
    version: row.version,
    loaded: row.state === 'loaded',
    priority: row.priority,
    changed: row.changed_by_admin,
  };
}

/** Holds the changes of several plugins back, always in the same order, so that two of these never wait for each other. */
function lockedAll<Result>(
  parts: Pick<PluginParts, 'installations'>,
  organisationId: string,
  plugins: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  const [first, ...rest] = [...new Set(plugins)].sort();
  if (first === undefined) return work();
  return parts.installations.locked(organisationId, first, () => lockedAll(parts, organisationId, rest, work));
}
