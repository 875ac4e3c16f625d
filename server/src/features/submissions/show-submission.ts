import type { Submission, SubmissionComment, SubmissionSummary } from '@proofpix/contract/api/submissions';
import { limits } from '@proofpix/contract/limits';
import { approvalsNeeded } from '@proofpix/contract/publishing';
import { effectiveVerdict, usualScanRules } from '@proofpix/contract/scan';
import type { Tx } from '../../db/tenancy.ts';
import { findPublisher } from '../publishers/queries.ts';
import { listReleases } from '../releases/queries.ts';
import { differenceOf, previousOf } from './compare-release.ts';
import { judgeAutomatically } from './judge-automatically.ts';
import {
  countApprovals,
  findQueuePlace,
  listComments,
  listSteps,
  type CommentRow,
  type SubmissionRow,
} from './queries.ts';

/** Who reads it: reviewers are not named to publishers, nor the members of a publisher to reviewers. */
export type Reader = { kind: 'publisher' | 'marketplace'; userId: string };

export function showSummary(row: SubmissionRow): SubmissionSummary {
  return {
    id: row.id,
    publisher: row.publisher,
    plugin: row.plugin_id,
    name: row.manifest?.name ?? null,
    version: row.version,
    channel: row.channel,
    state: row.state,
    stateSince: (row.state_since ?? row.created_at).toISOString(),
    verdict: row.scan === null ? null : effectiveVerdict(row.scan, usualScanRules),
    sentAt: row.sent_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** Everything of a submission. Releases and the queue are over all organisations: see `aroundSubmission`. */
export async function showSubmission(tx: Tx, row: SubmissionRow, around: Around, reader: Reader): Promise<Submission> {
  const { manifest } = row;
  const permissions = manifest?.permissions ?? [];
  return {
    ...showSummary(row),
    attempt: row.attempt,
    digest: row.digest,
    size: Number(row.archive_size),
    fileName: row.file_name,
    description: manifest?.description ?? null,
    permissions,
    hosts: manifest?.hosts ?? [],
    readme: row.readme,
    changelog: row.changelog,
    signed: row.signature_file !== null,
    scan: row.scan,
    problem: row.problem,
    difference: around.difference,
    automatic: around.automatic,
    approvals: { given: await countApprovals(tx, row), needed: approvalsNeeded(permissions) },
    queue: around.queue,
    claimed:
      row.claimed_at === null
        ? null
        : {
            since: row.claimed_at.toISOString(),
            byYou: row.claimed_by === reader.userId && reader.kind === 'marketplace',
          },
    steps: (await listSteps(tx, row.id)).map(({ state, side, reason, created_at }) => ({
      state,
      side,
      reason,
      at: created_at.toISOString(),
    })),
    comments: (await listComments(tx, row.id, limits.commentsOfSubmission)).map((said) => showComment(said, reader)),
  };
}

export function showComment(row: CommentRow, reader: Reader): SubmissionComment {
  return {
    id: row.id,
    side: row.side,
    author: row.side === reader.kind ? row.author_name : null,
    text: row.text,
    file: row.file,
    line: row.line,
    rule: row.rule,
    attempt: row.attempt,
    settledAt: row.settled_at?.toISOString() ?? null,
    at: row.created_at.toISOString(),
  };
}

export type Around = Pick<Submission, 'difference' | 'automatic' | 'queue'>;

/** What is known of a submission beyond its organisation. Only as system. */
export async function aroundSubmission(tx: Tx, row: SubmissionRow): Promise<Around> {
  const queue = await findQueuePlace(tx, row.id);
  const { manifest, plugin_id: pluginId, scan } = row;
  if (manifest === null || pluginId === null || scan === null) return { difference: null, automatic: null, queue };
  const { publisher } = row;
  const releases = await listReleases(tx, { publisher, pluginId });
  const previous = previousOf(releases, manifest.version);
  const verified = (await findPublisher(tx, publisher))?.verified_at != null;
  return {
    difference: previous === undefined ? null : differenceOf(previous, { manifest, components: row.components }),
    automatic: judgeAutomatically({ manifest, scan, verified, previous, releases }),
    queue,
  };
}
