import type { Plugin } from '@proofpix/contract/api/plugins';
import type { TFunction } from 'i18next';
import { listed } from '../../ui/format.ts';
import { isGranted, looksAtPhotos } from './looking.ts';

const mostHosts = 3;

/** How many plugins will look at a photo, and what of it may leave this server by their grants. */
export function reachOfARun(t: TFunction<'runs'>, plugins: readonly Plugin[], more: boolean): string {
  const looking = plugins.filter(looksAtPhotos);
  if (looking.length === 0) return t('reach.nobody');
  const number = t(more ? 'reach.atLeast' : 'reach.look', { count: looking.length });

  const hosts = [...new Set(looking.filter((plugin) => isGranted(plugin, 'http')).flatMap((plugin) => plugin.hosts))];
  const named = hosts.slice(0, mostHosts);
  const rest = hosts.length - named.length;
  if (rest > 0) named.push(t('reach.moreHosts', { count: rest }));
  const ways = [
    ...(named.length === 0 ? [] : [t('reach.http', { hosts: listed(named) })]),
    ...(looking.some((plugin) => isGranted(plugin, 'webhooks')) ? [t('reach.webhooks')] : []),
  ];
  return `${number} ${ways.length === 0 ? t('reach.nothing') : t('reach.except', { ways: listed(ways) })}`;
}
