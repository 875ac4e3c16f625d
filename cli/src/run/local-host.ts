import { availableParallelism } from 'node:os';
import { createHost, type Host } from '@proofpix/host/host';
import { usualMaximum } from '@proofpix/host/pool';
import { installationOf, localOrganisation } from '../installation.ts';
import { createLocalCapabilities } from '../local-capabilities.ts';
import type { ChosenPlugin } from './choose-plugins.ts';

/** A host with the plugins in it, once for each photo that is worked on at the same time. */
export type LocalHost = AsyncDisposable & { host: Host; lanes: readonly string[] };

/**
 * A runner works on one processor: several photos at once need several of each plugin. Each lane has its own, under an
 * organisation of its own, so that hooks which plugins raise stay in their lane.
 */
export function openLocalHost(
  plugins: readonly ChosenPlugin[],
  options: { lanes: number; say: (line: string) => void },
): LocalHost {
  const secrets = new Map(plugins.map(({ plugin, config }) => [plugin.manifest.id, config.secrets]));
  const capabilities = createLocalCapabilities(options.say, (id, handle) => secrets.get(id)?.get(handle) ?? null);
  const host = createHost({ capabilities, spareRunners: 0 });
  const lanes = Array.from({ length: options.lanes }, (_, lane) =>
    lane === 0 ? localOrganisation : `${localOrganisation}-${lane + 1}`,
  );
  for (const organisationId of lanes)
    for (const [position, { plugin, config }] of plugins.entries())
      host.register(installationOf(plugin, { position, organisationId, config }));
  return { host, lanes, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

/** As many photos at once as there are processors, and as there are sandboxes for all plugins. */
export function usualLanes(plugins: number): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(usualMaximum() / Math.max(1, plugins))));
}
