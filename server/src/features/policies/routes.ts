import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import { liftStop, readPolicy, setPolicy, stopAll } from './change-policy.ts';
import { dryRunPolicy } from './dry-run.ts';

/** Binds the table `policies`, and the stop of all plugins. */
export function bindPolicyRoutes(app: App, plugins: OpenPlugins): void {
  bind(app, routes.policies.get, async ({ caller }) => ({
    status: 200,
    body: await readPolicy(plugins, caller.organisationId),
  }));
  bind(app, routes.policies.put, async ({ body, caller }) => ({
    status: 200,
    body: await setPolicy(plugins, { organisationId: caller.organisationId, actor: actorOf(caller), ...body }),
  }));
  bind(app, routes.policies.dryRun, async ({ body: { policy }, caller }) => ({
    status: 200,
    body: await dryRunPolicy(plugins, { organisationId: caller.organisationId, policy }),
  }));
  bind(app, routes.plugins.stopAll, async ({ body: { reason }, caller }) => ({
    status: 200,
    body: await stopAll(plugins, { organisationId: caller.organisationId, actor: actorOf(caller), reason }),
  }));
  bind(app, routes.plugins.liftStop, async ({ body: { reason }, caller }) => ({
    status: 200,
    body: await liftStop(plugins, { organisationId: caller.organisationId, actor: actorOf(caller), reason }),
  }));
}
