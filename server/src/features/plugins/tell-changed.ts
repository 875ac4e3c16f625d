import type { PluginNotice } from '@proofpix/contract/notices';
import type { PluginParts } from './parts.ts';

type Change = Extract<PluginNotice, { type: 'plugin:changed' }>['change'];

/** Tells pages in other windows that somebody changed a plugin. After the commit: they read it at once. */
export function tellChanged(
  { events }: Pick<PluginParts, 'events'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
  change: Change,
): void {
  events.publish(organisationId, { type: 'plugin:changed', plugin: pluginId, change });
}
