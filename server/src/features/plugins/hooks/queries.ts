import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';

export type PlaceRow = Awaited<ReturnType<typeof findPlaces>>[number];

/** Every installation that implements a hook, or any hook, in the order in which they run. */
export async function findPlaces(tx: Tx, organisationId: string, hook: string | null) {
  return tx
    .selectFrom('plugin_hooks')
    .innerJoin('plugins', 'plugins.id', 'plugin_hooks.installation_id')
    .select([
      'plugins.id',
      'plugins.plugin_id',
      'plugins.name',
      'plugins.version',
      'plugins.state',
      'plugins.manifest',
      'plugin_hooks.hook',
      'plugin_hooks.priority',
      'plugin_hooks.changed_by_admin',
    ])
    .where('plugin_hooks.organisation_id', '=', organisationId)
    .$if(hook !== null, (query) => query.where('plugin_hooks.hook', '=', hook ?? ''))
    .orderBy('plugin_hooks.hook')
    .orderBy('plugin_hooks.priority')
    .orderBy('plugins.installed_at')
    .orderBy('plugins.id')
    .execute();
}

export type NewPlace = { id: string; priority: number; changed: boolean };

/** All places of one hook in one statement. */
export async function writePlaces(tx: Tx, hook: string, places: readonly NewPlace[]): Promise<void> {
  await sql`update plugin_hooks set priority = place.priority, changed_by_admin = place.changed
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as place (id uuid, priority integer, changed boolean)
    where plugin_hooks.installation_id = place.id and plugin_hooks.hook = ${hook}`.execute(tx);
}
