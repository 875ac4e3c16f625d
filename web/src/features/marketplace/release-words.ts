import type { PluginListing, Release } from '@proofpix/contract/api/releases';

/** The release that this server would install; of what is offered no longer, none. */
export function offeredRelease({ offered, releases }: PluginListing): Release | undefined {
  return releases.find(({ version }) => version === offered);
}
