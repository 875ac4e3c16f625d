import type { hookRoutes } from '@proofpix/contract/api/hooks';
import { hookNames, hooks } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { RouteReply } from '@proofpix/contract/route';
import type { Host } from '@proofpix/host/host';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findAllInstallations } from '../queries.ts';
import { findPlaces } from './queries.ts';
import { showPlace } from './set-order.ts';

export type Hook = RouteReply<typeof hookRoutes.list>['items'][number];

/** Every built-in hook and every custom hook of the installed plugins, with who implements it, in order. */
export async function listHooks(
  { db, host }: Pick<PluginParts, 'db' | 'host'>,
  organisationId: string,
): Promise<Hook[]> {
  const { installed, places } = await withOrganisation(db, organisationId, async (tx) => ({
    installed: await findAllInstallations(tx),
    places: Map.groupBy(await findPlaces(tx, organisationId, null), ({ hook }) => hook),
  }));
  const orderOf = (hook: string) => (places.get(hook) ?? []).map(showPlace);
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
      order: orderOf(name),
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
      order: orderOf(name),
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
