import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import { insertEvents } from './history/queries.ts';
import type { Actor, PluginParts } from './parts.ts';
import { findById, findInstallation, setPriority } from './queries.ts';
import { showPlugin } from './show-plugin.ts';
import { tellChanged } from './tell-changed.ts';
import { recordAct } from '../audit/record-act.ts';

type Request = {
  organisationId: string;
  pluginId: string;
  actor: Actor;
  hooks: readonly { hook: string; priority: number }[];
};

/** Changes when the plugin runs among others; hooks that are not named keep their priority. */
export async function setPriorities(parts: PluginParts, request: Request): Promise<Plugin> {
  const { organisationId, pluginId, actor, hooks } = request;
  const { db, host, installations } = parts;
  return installations.locked(organisationId, pluginId, async () => {
    const row = await withOrganisation(db, organisationId, async (tx) => {
      const found = await findInstallation(tx, pluginId);
      if (!found) throw new Problem('plugin_not_found');
      for (const { hook, priority } of hooks) {
        if (!found.hooks.some((own) => own.hook === hook)) {
          throw new Problem('hook_unknown', `${found.manifest.name} does not implement "${hook}".`);
        }
        await setPriority(tx, found.id, hook, priority);
      }
      const detail = { hooks: hooks.map(({ hook, priority }) => ({ hook, priority })) };
      await insertEvents(tx, [{ organisationId, id: found.id, type: 'plugin:priorities-set', detail, actor }]);
      const named = found.hooks.filter(({ hook }) => hooks.some((wanted) => wanted.hook === hook));
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'plugin.set-priorities',
        subject: { kind: 'plugin', id: pluginId },
        before: { hooks: named.map(({ hook, priority }) => ({ hook, priority })) },
        after: detail,
      });
      return findById(tx, found.id);
    });
    if (!row) throw new Problem('plugin_not_found');
    const running = installations.known(row.id);
    if (running) {
      const changed = { ...running, hooks: row.hooks.map(({ hook, priority }) => ({ name: hook, priority })) };
      installations.keep(changed);
      host.update(changed);
    }
    tellChanged(parts, request, 'order');
    return showPlugin(row, host);
  });
}
