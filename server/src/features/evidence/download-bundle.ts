import { Readable } from 'node:stream';
import { Problem } from '@proofpix/contract/errors';
import { statementText } from '@proofpix/evidence/attestation';
import { createNodeChecksum } from '@proofpix/evidence/node-checksum';
import { writeBundle } from '@proofpix/evidence/write-bundle';
import { withOrganisation } from '../../db/tenancy.ts';
import { checkExhibits } from '../cases/compose-report.ts';
import { findExhibits, findOrganisationName } from '../cases/queries.ts';
import { showCase } from '../cases/show-case.ts';
import type { EvidenceSigner } from '../plugins/evidence/sign-evidence.ts';
import { contentDisposition } from '../runs/content-disposition.ts';
import { findSummary } from '../runs/queries.ts';
import { composeBundle, type BundleOf, type BundleParts } from './compose-bundle.ts';
import { findMemberName } from './queries.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';

export type EvidenceParts = BundleParts & { signer: EvidenceSigner };
type Who = { organisationId: string; userId: string; actor: Actor };
export type BundleDownload = { status: 200; body: Readable; headers: Record<string, string> };

/** @throws Problem run_not_found, run_not_finished */
export async function downloadRunBundle(parts: EvidenceParts, who: Who, runId: string): Promise<BundleDownload> {
  const run = await withOrganisation(parts.db, who.organisationId, (tx) => findSummary(tx, runId));
  if (run === undefined) throw new Problem('run_not_found');
  checkExhibits([{ number: 1, run }]);
  return download(parts, { ...who, exhibits: [{ number: 1, caption: '', run }], ofCase: null }, run.file.name);
}

/** @throws Problem case_not_found, case_empty, run_not_finished */
export async function downloadCaseBundle(parts: EvidenceParts, who: Who, caseId: string): Promise<BundleDownload> {
  const { detail, exhibits } = await withOrganisation(parts.db, who.organisationId, async (tx) => ({
    detail: await showCase(tx, caseId),
    exhibits: await findExhibits(tx, caseId),
  }));
  checkExhibits(exhibits);
  const { id, title, reference, description, state, createdAt, createdBy } = detail;
  const document = {
    id,
    title,
    reference,
    description,
    state,
    createdAt,
    createdBy,
    exhibits: exhibits.map(({ number, caption, addedAt, run }) => ({ number, caption, addedAt, runId: run.id })),
  };
  return download(parts, { ...who, exhibits, ofCase: { id, document } }, reference ?? title);
}

async function download(
  parts: EvidenceParts,
  bundle: BundleOf & { actor: Actor },
  name: string,
): Promise<BundleDownload> {
  const { organisationId, userId, actor, exhibits, ofCase } = bundle;
  const known = await withOrganisation(parts.db, organisationId, async (tx) => ({
    organisation: await findOrganisationName(tx, organisationId),
    member: await findMemberName(tx, userId),
  }));
  // Before the first byte leaves: that it was taken is known, also where the connection breaks.
  await withOrganisation(parts.db, organisationId, (tx) =>
    recordAct(tx, {
      organisationId,
      actor,
      act: ofCase === null ? 'run.download-bundle' : 'case.download-bundle',
      subject: ofCase === null ? { kind: 'run', id: exhibits[0]?.run.id ?? '' } : { kind: 'case', id: ofCase.id },
      after: { runs: exhibits.map(({ run }) => run.id) },
    }),
  );
  const bytes = writeBundle({
    head: {
      kind: ofCase === null ? 'run' : 'case',
      organisation: { id: organisationId, name: known.organisation },
      case:
        ofCase === null
          ? null
          : {
              id: ofCase.id,
              title: String(ofCase.document.title),
              reference: typeof ofCase.document.reference === 'string' ? ofCase.document.reference : null,
            },
      createdAt: new Date().toISOString(),
      createdBy: { name: known.member },
      exhibits: exhibits.map(({ number, run }) => ({ number, runId: run.id, name: run.file.name })),
    },
    files: composeBundle(parts, bundle),
    attest: (manifestSha256) =>
      parts.signer.sign(
        organisationId,
        statementText({ organisationId, manifestSha256, time: new Date().toISOString() }),
      ),
    checksum: createNodeChecksum,
  });
  return {
    status: 200,
    // What fails in the middle destroys the stream, and with it the connection: half of a bundle never looks whole.
    body: Readable.from(bytes, { objectMode: false }),
    headers: {
      'content-type': 'application/zip',
      'content-disposition': contentDisposition('attachment', `${plainName(name)}.proofpix.zip`),
    },
  };
}

/** Without folders and the ending of the photo. */
function plainName(name: string): string {
  return (
    name
      .replaceAll(/[/\\:*?"<>|]/g, ' ')
      .replace(/\.[a-z0-9]{1,5}$/i, '')
      .slice(0, 100)
      .trim() || 'evidence'
  );
}
