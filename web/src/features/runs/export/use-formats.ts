import type { Plugin } from '@proofpix/contract/api/plugins';
import { useQuery } from '@tanstack/react-query';
import { useAccount } from '../../accounts/queries.ts';
import { loadedPluginsQuery } from '../../plugins/queries.ts';

/** A format, and the plugin that writes it. */
export type Format = { plugin: string; pluginName: string; format: string; name: string; description: string };

/** What the loaded plugins write; null until it is known, or where the role may not see plugins. */
export function useFormats(): readonly Format[] | null {
  const { may } = useAccount();
  const plugins = useQuery({ ...loadedPluginsQuery, enabled: may('plugins:read') });
  return plugins.data === undefined ? null : plugins.data.items.flatMap(formatsOf);
}

function formatsOf({ id, name: pluginName, exportFormats }: Plugin): Format[] {
  return exportFormats.map(({ format, name, description }) => ({
    plugin: id,
    pluginName,
    format,
    name,
    description: description ?? '',
  }));
}
