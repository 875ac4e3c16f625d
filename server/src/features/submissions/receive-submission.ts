import type { FastifyRequest } from 'fastify';
import { submissionRoutes, type Submission } from '@proofpix/contract/api/submissions';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { releaseChannels, takesPackage } from '@proofpix/contract/publishing';
import { sha256 } from '@proofpix/scanner/identity';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import { receiveInMemory } from '../../http/upload.ts';
import { recordAct, userOf, type Actor } from '../audit/record-act.ts';
import { ownsPublisher } from '../publishers/queries.ts';
import { lockObjects } from '../runs/queries.ts';
import { changeState, ownSubmission } from './change-state.ts';
import { dropArchive } from './drop-archive.ts';
import type { SubmissionParts } from './parts.ts';
import { countOpen, insertSubmission, replacePackage, setState, findSubmission, type Sent } from './queries.ts';
import { readSubmission } from './keep-submissions.ts';

type By = { organisationId: string; actor: Actor; userId: string };

/**
 * Keeps a package that is to be published, and has it scanned. Nothing of it is read here.
 * @throws Problem publisher_not_found, too_many_submissions, package_too_large, invalid_request
 */
export async function createSubmission(parts: SubmissionParts, request: FastifyRequest, by: By): Promise<Submission> {
  const { archive, sent, fields } = await receive(request, submissionRoutes.create);
  const { publisher = '' } = fields;
  const channel = releaseChannels.find((each) => each === (fields.channel ?? 'stable'));
  if (channel === undefined) throw wrong('channel', `must be ${releaseChannels.join(' or ')}`);
  return keep(parts, by, archive, async (tx) => {
    if (!(await ownsPublisher(tx, publisher))) throw new Problem('publisher_not_found');
    if ((await countOpen(tx, by.organisationId)) >= limits.openSubmissions) throw new Problem('too_many_submissions');
    const { organisationId, actor } = by;
    const id = await insertSubmission(tx, { ...sent, organisationId, publisher, channel, by: userOf(actor) });
    const step = { state: 'received', side: 'publisher', actor: userOf(actor), reason: null } as const;
    await setState(tx, { id, organisation_id: organisationId }, step);
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'submission.create',
      subject: { kind: 'submission', id },
      after: { publisher, channel, archiveDigest: sent.archiveDigest },
    });
    return id;
  });
}

/** A mended package in the place of the one that was sent. @throws Problem submission_not_found, submission_state */
export async function replaceSubmission(
  parts: SubmissionParts,
  request: FastifyRequest,
  { id, ...by }: By & { id: string },
): Promise<Submission> {
  // Before 50 MB are read for nothing.
  const known = await withOrganisation(parts.db, by.organisationId, (tx) => findSubmission(tx, id));
  if (known === undefined) throw new Problem('submission_not_found');
  if (!takesPackage(known.state)) throw new Problem('submission_state', `It is ${known.state}.`);
  const { archive, sent } = await receive(request, submissionRoutes.replace);
  const shown = await keep(parts, by, archive, async (tx) => {
    const row = await ownSubmission(tx, id);
    await changeState(tx, row, { state: 'received', side: 'publisher', actor: userOf(by.actor), reason: null });
    await replacePackage(tx, id, sent);
    await recordAct(tx, {
      organisationId: by.organisationId,
      actor: by.actor,
      act: 'submission.replace',
      subject: { kind: 'submission', id },
      before: { archiveDigest: row.archive_digest },
      after: { archiveDigest: sent.archiveDigest },
    });
    return id;
  });
  await dropArchive(parts, by.organisationId, known.archive_digest);
  return shown;
}

async function receive(request: FastifyRequest, row: { multipart: Record<string, string> }) {
  const { file, fields } = await receiveInMemory(request, {
    row,
    fileField: 'plugin',
    maxBytes: limits.packageBytes,
    tooLarge: 'package_too_large',
  });
  if ((fields.signature?.length ?? 0) > limits.signatureFileBytes) throw wrong('signature', 'must be at most 64 kB');
  const sent: Sent = {
    archiveDigest: await sha256(file.bytes),
    archiveSize: file.bytes.length,
    fileName: file.name.slice(0, 255) || 'package',
    signatureFile: fields.signature ?? null,
  };
  return { archive: file.bytes, sent, fields };
}

/** The bytes are on disk before their row is, and a crash in between leaves nothing that cannot be found. */
async function keep(
  { db, objects, queue }: SubmissionParts,
  { organisationId, userId }: By,
  archive: Uint8Array,
  write: (tx: Tx) => Promise<string>,
): Promise<Submission> {
  const put = () => objects.put(organisationId, archive, { maxBytes: limits.packageBytes, arriving: true });
  const { sha256: digest } = await put();
  const id = await withOrganisation(db, organisationId, async (tx) => {
    // Whoever removes objects holds this lock: the same bytes may have gone with something else meanwhile.
    await lockObjects(tx, organisationId);
    if ((await objects.size(organisationId, digest)) === undefined) await put();
    const written = await write(tx);
    await queue.send(tx, 'submission-scan', { organisationId, id: written });
    return written;
  });
  await objects.arrived(organisationId, [digest]);
  return readSubmission({ db }, { organisationId, userId, id });
}

function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
