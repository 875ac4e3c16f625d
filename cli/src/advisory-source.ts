import { stat } from 'node:fs/promises';
import { anyPublicHost, createGuardedClient } from '@proofpix/host/http/guarded-client';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import { createDumpSource } from '@proofpix/scanner/advisories/dump-source';
import { createHttpSource } from '@proofpix/scanner/advisories/http-source';
import { fromCaller } from './config.ts';
import { CommandFailure } from './failure.ts';

/** What --osv names: a server of the OSV protocol, or a folder or ZIP with its advisories. @throws CommandFailure */
export async function openAdvisorySource(osv: string | undefined): Promise<AdvisorySource | null> {
  if (osv === undefined) return null;
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(osv)) {
    const path = fromCaller(osv);
    const about = await stat(path).catch(() => undefined);
    if (about === undefined) throw new CommandFailure(`${path} does not exist.`);
    return createDumpSource(path);
  }
  const url = URL.parse(osv);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CommandFailure(`--osv must be like https://api.osv.dev, or a folder or ZIP, not "${osv}".`);
  // Whoever names a server here means it, also one of their own network.
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const client = createGuardedClient({ outgoingAllow: [`${url.hostname}:${port}`] });
  return createHttpSource({
    url: url.href,
    exchange: (request) => client.request({ ...request, allowHost: anyPublicHost, maxRedirects: 0 }),
  });
}
