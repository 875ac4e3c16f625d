import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import type { Marketplace } from '../marketplace/open-marketplace.ts';
import { readActivity, readPluginActivity } from './activity/read-activity.ts';
import { readFootprint } from './footprint/read-footprint.ts';
import { readIcon } from './icon/read-icon.ts';
import { inspectionProgress, inspectPackage } from './inspect/inspect-package.ts';
import type { PluginParts } from './parts.ts';
import { receivePackage } from './receive-package.ts';
import { readScan } from './scans/read-scan.ts';
import { readScanRules, setScanRules } from './scans/set-rules.ts';
import { readSignature } from './trust/read-signature.ts';
import { actorOf } from '../audit/record-act.ts';

/** What people look at before and after they decide on a plugin, and by which rules packages are judged. */
export function bindPluginViewRoutes(
  app: App,
  { plugins, marketplace }: { plugins: PluginParts; marketplace: Marketplace },
): void {
  bind(app, routes.plugins.inspect, async ({ body, caller, query, request, signal }) => {
    const asked = { organisationId: caller.organisationId, watch: query.watch, signal };
    if (body !== undefined) {
      const release = await marketplace.findRelease({ version: undefined, ...body });
      return { status: 200, body: await inspectPackage(plugins, { ...asked, ...release }) };
    }
    const upload = await receivePackage(request, routes.plugins.inspect);
    return {
      status: 200,
      body: await inspectPackage(plugins, { ...asked, ...upload, signature: upload.fields.signature }),
    };
  });
  bind(app, routes.plugins.inspectionProgress, async ({ caller: { organisationId }, query: { watch } }) => ({
    status: 200,
    body: { progress: inspectionProgress(plugins, { organisationId, watch }) },
  }));
  bind(app, routes.plugins.scan, async ({ params, caller }) => ({
    status: 200,
    body: await readScan(plugins, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
  bind(app, routes.organisations.getScanRules, async ({ caller }) => ({
    status: 200,
    body: await readScanRules(plugins, caller.organisationId),
  }));
  bind(app, routes.organisations.putScanRules, async ({ body, caller }) => ({
    status: 200,
    body: await setScanRules(plugins, {
      organisationId: caller.organisationId,
      actor: actorOf(caller),
      wanted: body.rules,
    }),
  }));
  bind(app, routes.plugins.icon, async ({ params, query, caller }) => {
    const { type, bytes } = await readIcon(plugins, { organisationId: caller.organisationId, pluginId: params.id });
    // With its digest in the address it is another address when it changes. Kept by this browser alone.
    const kept = query.v === undefined ? 'private, no-cache' : 'private, max-age=86400';
    return { status: 200, body: bytes, headers: { 'content-type': type, 'cache-control': kept } };
  });
  bind(app, routes.plugins.signature, async ({ params, caller }) => ({
    status: 200,
    body: await readSignature(plugins, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
  bind(app, routes.plugins.footprint, async ({ params, caller }) => ({
    status: 200,
    body: await readFootprint(plugins, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
  bind(app, routes.plugins.activity, async ({ params, caller }) => ({
    status: 200,
    body: await readPluginActivity(plugins, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
  bind(app, routes.activity.list, async ({ caller }) => ({
    status: 200,
    body: await readActivity(plugins, caller.organisationId),
  }));
}
