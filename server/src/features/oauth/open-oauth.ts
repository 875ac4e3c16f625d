import type { OauthParts } from './parts.ts';
import { tellPlugins } from './tell-plugins.ts';

/** Begins to tell plugins of connected accounts. Dispose the queue before the host. */
export async function openOauth(parts: OauthParts): Promise<OauthParts> {
  await parts.queue.work('oauth-authorized', (ids, signal) => tellPlugins(parts, ids, signal), {
    concurrency: 2,
    perOrganisation: 1,
  });
  return parts;
}
