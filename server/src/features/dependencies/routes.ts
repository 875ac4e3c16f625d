import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../http/bind.ts';
import type { DependencyParts } from './parts.ts';
import { readSbom, readVulnerabilities } from './read-dependencies.ts';

/** The dependencies of installed plugins. */
export function bindDependencyRoutes(app: App, parts: DependencyParts): void {
  bind(app, routes.plugins.sbom, async ({ params, caller }) => {
    const { text, fileName } = await readSbom(parts, { organisationId: caller.organisationId, pluginId: params.id });
    const headers = {
      'content-type': 'application/vnd.cyclonedx+json; version=1.6',
      // Ids and versions of manifests need no escapes.
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'private, no-cache',
    };
    return { status: 200, body: Buffer.from(text), headers };
  });
  bind(app, routes.plugins.vulnerabilities, async ({ params, caller }) => ({
    status: 200,
    body: await readVulnerabilities(parts, { organisationId: caller.organisationId, pluginId: params.id }),
  }));
}
