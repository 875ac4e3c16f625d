import type { hookRoutes } from '@proofpix/contract/api/hooks';
import { hookNames, hooks } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { RouteReply } from '@proofpix/contract/route';
import type { Host } from '@proofpix/host/host';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findAllInstallations } from '../queries.ts';

export type Hook = RouteReply<typeof hookRoutes.list>['items'][number];

/** Every built-in hook and every custom hook of the installed plugins, with who implements it, in order. */
export async function listHooks(
  { db, host }: Pick<PluginParts, 'db' | 'host'>,
  organisationId: string,
): Promise<Hook[]> {
  const installed = await withOrganisation(db, organisationId, (tx) => findAllInstallations(tx));
  const builtIn = hookNames.map((name): Hook => {
    const { permission, summary, input, output } = hooks[name];
    return {
      name,
      summary,
      permission,
      custom: false,
      input: asJson(input),
      output: asJson(output),
      implementers: implementersOf(host, organisationId, name),
    };
  });
  const custom = installed.flatMap((row) =>
    Object.entries(row.manifest.customHooks ?? {}).map(([name, declared]): Hook => ({
      name,
      summary: `Declared by ${row.manifest.name}.`,
      permission: declared.permission ?? null,
      custom: true,
      input: declared.input ?? null,
      output: declared.output ?? null,
      implementers: implementersOf(host, organisationId, name),
    })),
  );
  return [...builtIn, ...custom];
}

function implementersOf(host: Host, organisationId: string, hook: string): Hook['implementers'] {
  return host.implementers(organisationId, hook).map(({ pluginId, version, hooks: own }) => ({
    plugin: pluginId,
    version,
    priority: own.find(({ name }) => name === hook)?.priority ?? 0,
  }));
}

/** A schema as the JSON that it is. */
function asJson(schema: object): Json {
  return JSON.parse(JSON.stringify(schema)) as Json; // JSON.parse gives nothing else
}
