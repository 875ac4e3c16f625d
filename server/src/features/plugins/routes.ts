import { routes } from '@proofpix/contract/routes';
import { bind, type App, type Caller } from '../../http/bind.ts';
import type { Marketplace } from '../marketplace/open-marketplace.ts';
import type { Visits } from '../publisher-analytics/count-visits.ts';
import { readAnalytics } from './analytics/read-analytics.ts';
import { readConfig } from './config/read-config.ts';
import { updateConfig } from './config/update-config.ts';
import { decidePermissions } from './decide-permissions.ts';
import { executeHook, refuseForgedEvent } from './hooks/execute-hook.ts';
import { listHooks } from './hooks/list-hooks.ts';
import { setOrder } from './hooks/set-order.ts';
import { receiveTransient } from './hooks/receive-transient.ts';
import { readInstallForm, readList, readObject } from './install-form.ts';
import { installInTime } from './install-in-time.ts';
import { readJob } from './jobs/read-job.ts';
import { loadPlugin, unloadPlugin } from './load-plugin.ts';
import { readLimits, setLimits } from './limits/set-limits.ts';
import { readMetrics } from './metrics/read-metrics.ts';
import { readReceipt } from './metrics/read-receipt.ts';
import type { PluginParts } from './parts.ts';
import { releasePlugin } from './quarantine/release-plugin.ts';
import { listPluginEvents, listPluginLogs, listPlugins, readPlugin } from './read-plugins.ts';
import { receivePackage } from './receive-package.ts';
import { setPriorities } from './set-priorities.ts';
import { readRules, setRules } from './trust/package-rules.ts';
import { uninstallPlugin } from './uninstall-plugin.ts';
import { bindUpdateRoutes } from './update-routes.ts';
import { bindPluginViewRoutes } from './view-routes.ts';
import { actorOf } from '../audit/record-act.ts';

/** Binds the tables `plugins`, `activity`, `hooks` and `jobs`, and the limits of organisations. */
export function bindPluginRoutes(
  app: App,
  { plugins, marketplace, visits }: { plugins: PluginParts; marketplace: Marketplace; visits: Visits },
): void {
  bindInstall(app, plugins, { marketplace, visits });
  bindChanges(app, plugins);
  bindReads(app, plugins);
  bindHooks(app, plugins);
  bindPluginViewRoutes(app, { plugins, marketplace });
  bindUpdateRoutes(app, plugins);
}

function bindInstall(
  app: App,
  plugins: PluginParts,
  { marketplace, visits }: { marketplace: Marketplace; visits: Visits },
): void {
  bind(app, routes.plugins.install, async ({ body, caller, request }) => {
    const install = { ...whose(caller), ...(await wanted()) };
    const done = await installInTime(plugins, install, async ({ outcome, plugin }) => {
      if (body === undefined || outcome === 'unchanged') return;
      const release = { source: install.source, publisher: install.publisher, pluginId: plugin.id };
      visits.downloaded(request, caller, { ...release, version: plugin.version });
      await marketplace.countDownload(release);
    });
    if ('job' in done) return { status: 202, body: done.job, headers: { location: `/api/jobs/${done.job.id}` } };
    return { status: done.installed.outcome === 'unchanged' ? 200 : 201, body: done.installed.plugin };

    async function wanted() {
      if (body !== undefined) {
        const { source, publisher, pluginId, version, ...how } = body;
        return { ...how, ...(await marketplace.findRelease({ source, publisher, pluginId, version })) };
      }
      const { fields, ...upload } = await receivePackage(request, routes.plugins.install);
      return { ...upload, ...readInstallForm(fields) };
    }
  });
}

function bindChanges(app: App, plugins: PluginParts): void {
  bind(app, routes.plugins.uninstall, async ({ params, caller }) => {
    await uninstallPlugin(plugins, { ...whose(caller), pluginId: params.id });
    return { status: 204 };
  });
  bind(app, routes.plugins.load, async ({ params, caller }) => ({
    status: 200,
    body: await loadPlugin(plugins, { ...whose(caller), pluginId: params.id }),
  }));
  bind(app, routes.plugins.unload, async ({ params, caller }) => ({
    status: 200,
    body: await unloadPlugin(plugins, { ...whose(caller), pluginId: params.id }),
  }));
  bind(app, routes.plugins.release, async ({ params, body, caller }) => ({
    status: 200,
    body: await releasePlugin(plugins, { ...whose(caller), pluginId: params.id, reason: body.reason }),
  }));
  bind(app, routes.organisations.putLimits, async ({ body, caller }) => ({
    status: 200,
    body: await setLimits(plugins, { ...whose(caller), wanted: body.limits }),
  }));
  bind(app, routes.organisations.putPackageRules, async ({ body, caller }) => ({
    status: 200,
    body: await setRules(plugins, { ...whose(caller), rules: body }),
  }));
  bind(app, routes.plugins.putConfig, async ({ params, caller, body }) => ({
    status: 200,
    body: await updateConfig(plugins, { ...whose(caller), pluginId: params.id, config: body.config }),
  }));
  bind(app, routes.plugins.putGrants, async ({ params, caller, body: { grants, refused = [] } }) => ({
    status: 200,
    body: await decidePermissions(plugins, { ...whose(caller), pluginId: params.id, grants, refused }),
  }));
  bind(app, routes.plugins.putHooks, async ({ params, caller, body: { hooks } }) => ({
    status: 200,
    body: await setPriorities(plugins, { ...whose(caller), pluginId: params.id, hooks }),
  }));
}

function bindReads(app: App, plugins: PluginParts): void {
  bind(app, routes.plugins.list, async ({ query, caller }) => ({
    status: 200,
    body: await listPlugins(plugins, caller.organisationId, query),
  }));
  bind(app, routes.plugins.get, async ({ params, caller }) => ({
    status: 200,
    body: await readPlugin(plugins, { ...whose(caller), pluginId: params.id }),
  }));
  bind(app, routes.plugins.getConfig, async ({ params, caller }) => ({
    status: 200,
    body: await readConfig(plugins, { ...whose(caller), pluginId: params.id }),
  }));
  bind(app, routes.analytics.read, async ({ params, query, caller }) => ({
    status: 200,
    body: await readAnalytics(plugins, { ...whose(caller), pluginId: params.id }, query),
  }));
  bind(app, routes.plugins.metrics, async ({ params, query, caller }) => ({
    status: 200,
    body: await readMetrics(plugins, { organisationId: caller.organisationId, pluginId: params.id, ...query }),
  }));
  bind(app, routes.plugins.receipt, async ({ params, query, caller }) => ({
    status: 200,
    body: await readReceipt(plugins, { organisationId: caller.organisationId, pluginId: params.id, ...query }),
  }));
  bind(app, routes.organisations.getLimits, async ({ caller }) => ({
    status: 200,
    body: await readLimits(plugins, caller.organisationId),
  }));
  bind(app, routes.organisations.getPackageRules, async ({ caller }) => ({
    status: 200,
    body: await readRules(plugins, caller.organisationId),
  }));
  bind(app, routes.plugins.events, async ({ params, query, caller }) => ({
    status: 200,
    body: await listPluginEvents(
      plugins,
      { ...whose(caller), pluginId: params.id, seesViolations: caller.access.has('security:read') },
      query,
    ),
  }));
  bind(app, routes.plugins.logs, async ({ params, query, caller }) => ({
    status: 200,
    body: await listPluginLogs(plugins, { ...whose(caller), pluginId: params.id }, query),
  }));
  bind(app, routes.jobs.get, async ({ params, caller }) => ({
    status: 200,
    body: await readJob(plugins, { organisationId: caller.organisationId, id: params.id }),
  }));
}

function bindHooks(app: App, plugins: PluginParts): void {
  bind(app, routes.hooks.list, async ({ caller }) => ({
    status: 200,
    body: { items: await listHooks(plugins, caller.organisationId) },
  }));
  bind(app, routes.hooks.putOrder, async ({ params, body, caller }) => ({
    status: 200,
    body: { order: await setOrder(plugins, { ...whose(caller), hook: params.name, order: body.order }) },
  }));
  bind(app, routes.plugins.executeHook, async ({ params, body, caller, request, signal }) => {
    const { organisationId } = caller;
    refuseForgedEvent(params.hookName, caller.access);
    const hook = { organisationId, hook: params.hookName, signal };
    if (body !== undefined) return { status: 200, body: { results: await executeHook(plugins, { ...hook, ...body }) } };
    await using received = await receiveTransient(plugins, request, whose(caller));
    const { photo, fields } = received;
    const given = {
      data: readObject(fields, 'data'),
      options: readObject(fields, 'options'),
      plugins: readList(fields, 'plugins'),
    };
    return { status: 200, body: { results: await executeHook(plugins, { ...hook, ...given, photo }) } };
  });
}

function whose(caller: Caller) {
  return { organisationId: caller.organisationId, actor: actorOf(caller) };
}
