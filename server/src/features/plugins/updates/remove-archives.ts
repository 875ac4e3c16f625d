import { randomUUID } from 'node:crypto';
import type { Tx } from '../../../db/tenancy.ts';
import { beginJob } from '../jobs/queries.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { removeUnused } from '../remove-unused.ts';

export const archivesJob = 'restore-points';

export type Leftovers = { sha256: string; jobId: string }[];

/** In the transaction that forgets them: a crash before they are removed must not leave them for ever. */
export async function noteArchives(
  tx: Tx,
  { organisationId, digests, actor }: { organisationId: string; digests: readonly string[]; actor: Actor },
): Promise<Leftovers> {
  const leftovers = [...new Set(digests)].map((sha256) => ({ sha256, jobId: randomUUID() }));
  for (const { sha256: archiveDigest, jobId: id } of leftovers)
    await beginJob(tx, { id, organisationId, kind: archivesJob, leftover: { archiveDigest }, actor });
  return leftovers;
}

/** Those that nothing names any more. */
export async function removeArchives(
  parts: Pick<PluginParts, 'db' | 'objects' | 'log'>,
  organisationId: string,
  leftovers: Leftovers,
): Promise<void> {
  for (const leftover of leftovers)
    await removeUnused(parts, { organisationId, ...leftover }).catch((error: unknown) =>
      parts.log.error({ err: error }, 'a package that nothing needs any more could not be removed yet'),
    );
}
