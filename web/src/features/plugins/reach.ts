import type { Plugin } from '@proofpix/contract/api/plugins';
import { counted, listed } from '../../ui/format.ts';

const hooksOfARun = new Set(['file:uploaded', 'file:process', 'file:processed', 'data:analyze']);
const mostHosts = 3;

/** How many plugins will look at a photo, and what of it may leave this server by their grants. */
export function reachOfARun(plugins: readonly Plugin[], more: boolean): string {
  const looking = plugins.filter((plugin) => plugin.hooks.some(({ hook }) => hooksOfARun.has(hook)));
  if (looking.length === 0) return 'No plugin is loaded that looks at photos. A photo would only be stored and hashed.';
  const number = `${more ? 'At least ' : ''}${counted(looking.length, 'plugin')} will look at each photo.`;

  const hosts = [...new Set(looking.filter((plugin) => isGranted(plugin, 'http')).flatMap((plugin) => plugin.hosts))];
  const named =
    hosts.length > mostHosts ? [...hosts.slice(0, mostHosts), `${hosts.length - mostHosts} more hosts`] : hosts;
  const ways = [
    ...(named.length === 0 ? [] : [`what plugins send to ${listed(named)}`]),
    ...(looking.some((plugin) => isGranted(plugin, 'webhooks')) ? ['messages to the addresses you registered'] : []),
  ];
  return ways.length === 0
    ? `${number} Nothing leaves this server.`
    : `${number} Nothing leaves this server except ${ways.join(' and ')}.`;
}

function isGranted(plugin: Plugin, permission: 'http' | 'webhooks'): boolean {
  return plugin.permissions.some((entry) => entry.permission === permission && entry.decision === 'granted');
}
