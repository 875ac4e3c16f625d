import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { skeletonOf } from '@proofpix/contract/look-alike';
import { readPackage } from '@proofpix/scanner/read-package';
import { asSystem } from '../src/db/tenancy.ts';
import { jsonText } from '../src/db/types.ts';
import { packTestPlugin } from '../src/features/plugins/test/test-plugins.ts';
import { releaseStore } from '../src/features/releases/queries.ts';
import type { TestServer } from './start-server.ts';

/**
 * A publisher of an organisation with a draft and a release of one plugin, as rows and one object: what makes them is
 * tried elsewhere (submissions.test.ts).
 */
export async function insertPublishing(
  server: Pick<TestServer, 'db' | 'dataDir'>,
  organisationId: string,
): Promise<{ PUBLISHER: string; SUBMISSION: string; RELEASED: string; LISTED_ARCHIVE: string }> {
  const word = randomUUID().replaceAll('-', '').slice(0, 12);
  const [publisher, plugin] = [`by-${word}`, `of-${word}`];
  const draft = await packed(server, organisationId, plugin, '1.1.0');
  const { manifest, digest, archiveDigest, size } = await packed(server, releaseStore, plugin, '1.0.0');
  return asSystem(server.db, 'releases', async (tx) => {
    await tx
      .insertInto('publishers')
      .values({
        name: publisher,
        organisation_id: organisationId,
        skeleton: skeletonOf(publisher),
        display_name: 'Of the fixtures',
        challenge: `proofpix-publisher=${publisher}`,
      })
      .execute();
    const { id } = await tx
      .insertInto('submissions')
      .values({ ...columnsOf(draft), organisation_id: organisationId, publisher, state: 'draft' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('releases')
      .values({
        publisher,
        plugin_id: plugin,
        version: '1.0.0',
        channel: 'stable',
        submission_id: id,
        digest,
        archive_digest: archiveDigest,
        archive_size: size,
        manifest: jsonText(manifest),
        scan: jsonText(clean),
        signature_file: '{}',
        approved_by: 'people',
        released_at: new Date(),
      })
      .execute();
    return { PUBLISHER: publisher, SUBMISSION: id, RELEASED: plugin, LISTED_ARCHIVE: archiveDigest };
  });
}

/** What somebody else's organisation sent, claimed by this reviewer, with a comment. */
export async function insertReview(
  server: Pick<TestServer, 'db' | 'dataDir'>,
  organisationId: string,
  reviewer: string,
): Promise<{ REVIEW: string; COMMENT: string }> {
  const word = randomUUID().replaceAll('-', '').slice(0, 12);
  const sent = await packed(server, organisationId, `to-${word}`, '1.0.0');
  const now = new Date();
  return asSystem(server.db, 'reviews', async (tx) => {
    const { id } = await tx
      .insertInto('submissions')
      .values({
        ...columnsOf(sent),
        organisation_id: organisationId,
        publisher: `by-${word}`,
        state: 'in-review',
        sent_at: now,
        claimed_by: reviewer,
        claimed_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const comment = await tx
      .insertInto('submission_comments')
      .values({
        organisation_id: organisationId,
        submission_id: id,
        attempt: 1,
        side: 'marketplace',
        author: reviewer,
        text: 'Of the fixtures',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { REVIEW: id, COMMENT: comment.id };
  });
}

const clean = { ruleSet: 1, verdict: 'pass', findings: [], more: 0, files: 4 };

type Packed = Awaited<ReturnType<typeof packed>>;

function columnsOf({ manifest, digest, archiveDigest, size }: Packed) {
  return {
    channel: 'stable',
    archive_digest: archiveDigest,
    archive_size: size,
    file_name: 'plugin.zip',
    plugin_id: manifest.id,
    version: manifest.version,
    digest,
    manifest: jsonText(manifest),
    scan: jsonText(clean),
  } as const;
}

async function packed({ dataDir }: Pick<TestServer, 'dataDir'>, organisationId: string, id: string, version: string) {
  const archive = await packTestPlugin({ manifest: { id, version } });
  const { manifest, digest } = await readPackage(archive);
  const archiveDigest = createHash('sha256').update(archive).digest('hex');
  const folder = join(dataDir, 'objects', 'org', organisationId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, archiveDigest), archive);
  return { manifest, digest, archiveDigest, size: archive.length };
}
