import { sql, type SelectQueryBuilder } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';
import { userOf, type Actor } from '../audit/record-act.ts';

export type Decision = 'granted' | 'refused' | 'pending';
export type State = 'loaded' | 'unloaded' | 'failed' | 'quarantined';

/** An installation with its permissions and hooks. */
export type InstallationRow = Awaited<ReturnType<typeof findLoaded>>[number];

function installationsOf(tx: Tx) {
  return tx
    .selectFrom('plugins')
    .select((row) => [
      'id',
      'organisation_id',
      'source',
      'publisher',
      'plugin_id',
      'version',
      'manifest',
      'digest',
      'archive_digest',
      'size',
      row
        .selectFrom('plugin_icons')
        .select('plugin_icons.digest')
        .whereRef('plugin_icons.installation_id', '=', 'plugins.id')
        .as('icon'),
      'development',
      'state',
      'state_reason',
      'warnings',
      'signature',
      'killed',
      'denied',
      'denied_resumes',
      'installed_at',
      'loaded_at',
      'updated_at',
      jsonArrayFrom(
        row
          .selectFrom('plugin_permissions')
          .select(['permission', 'decision', 'decided_at'])
          .whereRef('plugin_permissions.installation_id', '=', 'plugins.id')
          .orderBy('permission'),
      ).as('permissions'),
      jsonArrayFrom(
        row
          .selectFrom('plugin_hooks')
          .select(['hook', 'priority', 'changed_by_admin'])
          .whereRef('plugin_hooks.installation_id', '=', 'plugins.id')
          .orderBy('position'),
      ).as('hooks'),
    ]);
}

export async function findInstallation(tx: Tx, pluginId: string) {
  return installationsOf(tx).where('plugin_id', '=', pluginId).executeTakeFirst();
}

/** The one whose archive this is, as it was received or as it is kept. */
export async function findByArchive(tx: Tx, sha256: string) {
  return installationsOf(tx)
    .where(({ or, eb }) => or([eb('archive_digest', '=', sha256), eb('received_digest', '=', sha256)]))
    .orderBy('installed_at')
    .executeTakeFirst();
}

export async function findById(tx: Tx, installationId: string) {
  return installationsOf(tx).where('id', '=', installationId).executeTakeFirst();
}

/** Of all organisations: only as system. */
export async function findLoaded(tx: Tx) {
  return installationsOf(tx).where('state', '=', 'loaded').orderBy('id').execute();
}

export async function findAllInstallations(tx: Tx) {
  return installationsOf(tx).orderBy('plugin_id').execute();
}

export async function findQuarantined(tx: Tx) {
  return tx
    .selectFrom('plugins')
    .select(['plugin_id', 'name', 'version', 'state_reason'])
    .where('state', '=', 'quarantined')
    .orderBy('plugin_id')
    .execute();
}

/** Keeps installations from being deleted before the transaction ends; those that are gone already are left out. */
export async function lockInstallations(tx: Tx, named: readonly { installationId: string }[]): Promise<void> {
  const ids = new Set(named.map(({ installationId }) => installationId));
  if (ids.size === 0) return;
  await sql`select from plugins
    where id in (select value::uuid from jsonb_array_elements_text(${jsonText([...ids])}::jsonb))
    order by id for key share`.execute(tx);
}

export async function findReadme(tx: Tx, installationId: string): Promise<string | null> {
  const row = await tx.selectFrom('plugins').select('readme').where('id', '=', installationId).executeTakeFirst();
  return row?.readme ?? null;
}

export type InstallationFilter = {
  state?: State | undefined;
  type?: Manifest['type'] | undefined;
  category?: Manifest['category'] | undefined;
  permission?: Permission | undefined;
  hook?: string | undefined;
  search?: string | undefined;
};

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listInstallations(tx: Tx, filter: InstallationFilter, after: Position | null, limit: number) {
  const counted = await tx
    .selectFrom(filtered(tx.selectFrom('plugins').select('plugins.id'), filter).limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = filtered(installationsOf(tx), filter)
    .orderBy('installed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(installed_at, id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

function filtered<Row>(query: SelectQueryBuilder<Tables, 'plugins', Row>, filter: InstallationFilter) {
  const { state, type, category, permission, hook, search } = filter;
  if (state !== undefined) query = query.where('plugins.state', '=', state);
  if (type !== undefined) query = query.where('plugins.type', '=', type);
  if (category !== undefined) query = query.where('plugins.category', '=', category);
  if (permission !== undefined) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('plugin_permissions')
          .select('installation_id')
          .whereRef('plugin_permissions.installation_id', '=', 'plugins.id')
          .where('permission', '=', permission),
      ),
    );
  }
  if (hook !== undefined) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('plugin_hooks')
          .select('installation_id')
          .whereRef('plugin_hooks.installation_id', '=', 'plugins.id')
          .where('hook', '=', hook),
      ),
    );
  }
  if (search !== undefined && search.trim() !== '') {
    const pattern = `%${cleanText(search.trim()).replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(plugins.name ilike ${pattern} or plugins.plugin_id ilike ${pattern} or plugins.manifest ->> 'description' ilike ${pattern})`,
    );
  }
  return query;
}

type Owner = { organisationId: string; id: string };

/** What an older version declared and this one does not. */
export async function deleteOldRows(tx: Tx, { id }: Pick<Owner, 'id'>, manifest: Manifest): Promise<void> {
  const names = manifestHooks(manifest).map(({ name }) => name);
  let hooks = tx.deleteFrom('plugin_hooks').where('installation_id', '=', id);
  if (names.length > 0) hooks = hooks.where('hook', 'not in', names);
  await hooks.execute();
  const asked = manifest.permissions ?? [];
  let permissions = tx.deleteFrom('plugin_permissions').where('installation_id', '=', id);
  if (asked.length > 0) permissions = permissions.where('permission', 'not in', asked);
  await permissions.execute();
  await tx.deleteFrom('plugin_dependencies').where('installation_id', '=', id).execute();
}

/** Hooks and dependencies as the manifest says. A priority that an admin set stays. */
export async function writeManifestRows(tx: Tx, { organisationId, id }: Owner, manifest: Manifest): Promise<void> {
  const hooks = manifestHooks(manifest);
  if (hooks.length > 0) {
    await tx
      .insertInto('plugin_hooks')
      .values(
        hooks.map(({ name, priority }, position) => ({
          organisation_id: organisationId,
          installation_id: id,
          hook: name,
          priority,
          position,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['installation_id', 'hook']).doUpdateSet({
          position: (row) => row.ref('excluded.position'),
          priority: sql<number>`case when plugin_hooks.changed_by_admin then plugin_hooks.priority else excluded.priority end`,
        }),
      )
      .execute();
  }
  const dependencies = Object.entries(manifest.pluginDependencies ?? {});
  if (dependencies.length > 0) {
    await tx
      .insertInto('plugin_dependencies')
      .values(
        dependencies.map(([dependsOn, range]) => ({
          organisation_id: organisationId,
          installation_id: id,
          depends_on: dependsOn,
          range: cleanText(range),
        })),
      )
      .execute();
  }
}

export type Decided = { permission: Permission; decision: Decision };

/** A decision that stays the same keeps its time. */
export async function writeDecisions(
  tx: Tx,
  { organisationId, id }: Owner,
  decisions: readonly Decided[],
  actor: Actor,
): Promise<void> {
  if (decisions.length === 0) return;
  const now = new Date();
  await tx
    .insertInto('plugin_permissions')
    .values(
      decisions.map(({ permission, decision }) => ({
        organisation_id: organisationId,
        installation_id: id,
        permission,
        decision,
        decided_by: decision === 'pending' ? null : userOf(actor),
        decided_at: decision === 'pending' ? null : now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['installation_id', 'permission'])
        .doUpdateSet({
          decision: (row) => row.ref('excluded.decision'),
          decided_by: (row) => row.ref('excluded.decided_by'),
          decided_at: (row) => row.ref('excluded.decided_at'),
        })
        .whereRef('plugin_permissions.decision', '<>', 'excluded.decision'),
    )
    .execute();
}

export async function setState(tx: Tx, id: string, state: State, reason: string | null = null): Promise<void> {
  await tx
    .updateTable('plugins')
    .set({
      state,
      state_reason: reason === null ? null : cleanText(reason),
      // What runs is denied by nothing.
      ...(state === 'loaded' ? { loaded_at: new Date(), denied: null, denied_resumes: false } : {}),
    })
    .where('id', '=', id)
    .execute();
}

/** Into a state from any of these; false when it was in none of them, or gone. */
export async function moveState(
  tx: Tx,
  id: string,
  { from, to, reason }: { from: readonly State[]; to: State; reason: string | null },
): Promise<boolean> {
  const moved = await tx
    .updateTable('plugins')
    .set({ state: to, state_reason: reason === null ? null : cleanText(reason) })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returning('id')
    .executeTakeFirst();
  return moved !== undefined;
}

/** From one state to another; false when it was in neither, or gone. */
export async function changeState(
  tx: Tx,
  id: string,
  [from, to, reason]: [State, State, string | null],
): Promise<boolean> {
  const changed = await tx
    .updateTable('plugins')
    .set({ state: to, state_reason: reason })
    .where('id', '=', id)
    .where('state', '=', from)
    .returning('id')
    .executeTakeFirst();
  return changed !== undefined;
}

export async function setPriority(tx: Tx, id: string, hook: string, priority: number): Promise<void> {
  await tx
    .updateTable('plugin_hooks')
    .set({ priority, changed_by_admin: true })
    .where('installation_id', '=', id)
    .where('hook', '=', hook)
    .execute();
}

export async function deleteInstallation(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('plugins').where('id', '=', id).execute();
}
