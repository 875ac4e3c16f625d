import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import type { PluginParts } from './parts.ts';
import { listRestorePoints, readUpdates, setUpdates } from './updates/read-updates.ts';
import { rollBack } from './updates/roll-back.ts';

/** How plugins are updated, and set back. */
export function bindUpdateRoutes(app: App, plugins: PluginParts): void {
  bind(app, routes.plugins.getUpdates, async ({ params, caller }) => ({
    status: 200,
    body: await readUpdates(plugins, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
  bind(app, routes.plugins.putUpdates, async ({ params, body, caller }) => ({
    status: 200,
    body: await setUpdates(plugins, {
      organisationId: caller.organisationId,
      pluginId: params.id,
      author: actorOf(caller),
      ...body,
    }),
  }));
  bind(app, routes.plugins.restorePoints, async ({ params, caller }) => ({
    status: 200,
    body: await listRestorePoints(plugins, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
  bind(app, routes.plugins.rollback, async ({ params, body: { to, reason = null }, caller }) => ({
    status: 200,
    body: await rollBack(plugins, {
      organisationId: caller.organisationId,
      pluginId: params.id,
      to,
      author: actorOf(caller),
      reason,
    }),
  }));
}
