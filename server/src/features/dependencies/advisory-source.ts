import { anyPublicHost, type GuardedClient } from '@proofpix/host/http/guarded-client';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import { createDumpSource } from '@proofpix/scanner/advisories/dump-source';
import { createHttpSource } from '@proofpix/scanner/advisories/http-source';

/** The source that the operator set, or null. Also the operator's address goes through the guarded client. */
export function createAdvisorySource(osvSource: string | undefined, client: GuardedClient): AdvisorySource | null {
  if (osvSource === undefined) return null;
  if (!/^https?:\/\//.test(osvSource)) return createDumpSource(osvSource);
  return createHttpSource({
    url: osvSource,
    exchange: (request) => client.request({ ...request, allowHost: anyPublicHost, maxRedirects: 0 }),
  });
}
