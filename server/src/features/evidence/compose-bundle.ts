import { readFile } from 'node:fs/promises';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { runDocument } from '@proofpix/contract/run-document';
import type { Report, RunSummary } from '@proofpix/contract/runs';
import { chainCustody, type Custody } from '@proofpix/evidence/custody';
import { exhibitFolder, safePath, type FileRole } from '@proofpix/evidence/manifest';
import { readme } from '@proofpix/evidence/readme';
import { documentFile, textFile, type NewFile } from '@proofpix/evidence/write-bundle';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Objects } from '../../objects.ts';
import { findNotes } from '../notes/queries.ts';
import { listExports, type StoredExport } from '../runs/exports/queries.ts';
import { findReport } from '../runs/get-run.ts';
import { findCustodyFacts, type CustodyFacts } from './queries.ts';

export type BundleParts = { db: Database; objects: Objects; verifyPage: string };
export type BundleOf = {
  organisationId: string;
  userId: string;
  exhibits: readonly { number: number; caption: string; run: RunSummary }[];
  /** The document of the case, where the bundle is of one. */
  ofCase: { id: string; document: { readonly [key: string]: Json } } | null;
};

/** The files of a bundle in their order. One run at a time is in memory; photos are opened when their turn comes. */
export async function* composeBundle(parts: BundleParts, { ofCase, ...bundle }: BundleOf): AsyncGenerator<NewFile> {
  const { db } = parts;
  const { organisationId, userId } = bundle;
  yield textFile({ path: 'README.txt', role: 'readme' }, readme);
  yield textFile({ path: 'verify.html', role: 'page' }, await readFile(parts.verifyPage));
  if (ofCase !== null) {
    const found = await withOrganisation(db, organisationId, async (tx) => ({
      notes: await findNotes(tx, { caseId: ofCase.id }, userId),
      exports: await listExports(tx, { caseId: ofCase.id }, limits.exportsListed),
    }));
    yield documentFile({ path: 'case.json', role: 'case' }, ofCase.document);
    yield documentFile({ path: 'notes.json', role: 'notes' }, toNotes(found.notes));
    yield* reportsOf(parts, organisationId, 'reports', found.exports);
  }
  for (const exhibit of bundle.exhibits) yield* exhibitFiles(parts, bundle, exhibit);
}

async function* exhibitFiles(
  parts: BundleParts,
  { organisationId, userId }: Pick<BundleOf, 'organisationId' | 'userId'>,
  { number, run }: BundleOf['exhibits'][number],
): AsyncGenerator<NewFile> {
  const { db, objects } = parts;
  const { summary, report } = await findReport(db, organisationId, run.id);
  const found = await withOrganisation(db, organisationId, async (tx) => ({
    facts: await findCustodyFacts(tx, run.id),
    notes: await findNotes(tx, { runId: run.id }, userId),
    exports: await listExports(tx, { runId: run.id }, limits.exportsListed),
  }));
  const folder = exhibitFolder(number);
  const about = (name: string, role: FileRole) => ({ path: `${folder}/${name}`, role, exhibit: number });
  const { name, size, sha256 } = summary.file;
  const gone = summary.photoDeletedAt !== undefined;
  if (!gone)
    yield {
      path: safePath(`${folder}/photo`, 0, name),
      role: 'photo',
      exhibit: number,
      name,
      ...stored(objects, organisationId, { size, sha256 }),
    };
  yield documentFile(about('run.json', 'run'), runDocument(summary, report) as unknown as Json); // what the API answers is JSON
  yield documentFile(about('custody.json', 'custody'), custodyOf(summary, report, found.facts));
  yield documentFile(about('notes.json', 'notes'), toNotes(found.notes));
  for (const [index, file] of gone ? [] : report.files.entries()) {
    yield {
      path: safePath(`${folder}/files`, index, file.name),
      role: 'derived',
      exhibit: number,
      name: file.name,
      plugin: file.source.plugin,
      ...stored(objects, organisationId, file),
    };
  }
  yield* reportsOf(parts, organisationId, `${folder}/reports`, found.exports, number);
}

/** Oldest first. */
function* reportsOf(
  { objects }: BundleParts,
  organisationId: string,
  folder: string,
  exports: readonly StoredExport[],
  exhibit?: number,
): Generator<NewFile> {
  const files = exports.toReversed().flatMap(({ files: written }) => written);
  for (const [index, file] of files.entries()) {
    yield {
      path: safePath(folder, index, file.name),
      role: 'report',
      ...(exhibit === undefined ? {} : { exhibit }),
      name: file.name,
      plugin: file.plugin,
      ...stored(objects, organisationId, file),
    };
  }
}

function stored(objects: Objects, organisationId: string, { size, sha256 }: { size: number; sha256: string }) {
  return {
    expected: { size, sha256 },
    async *open(): AsyncGenerator<Uint8Array> {
      yield* await objects.stream(organisationId, sha256);
    },
  };
}

function custodyOf(summary: RunSummary, report: Report, { startedBy, stepsFinishedAt }: CustodyFacts): Custody {
  const { name, type, size, sha256 } = summary.file;
  return chainCustody(
    {
      runId: summary.id,
      file: { name, type, size, sha256 },
      receivedAt: summary.createdAt,
      startedAt: summary.startedAt,
      startedBy: { name: startedBy },
      ...(summary.photoDeletedAt === undefined ? {} : { photoDeletedAt: summary.photoDeletedAt }),
    },
    report.steps.map((step, position) => ({
      position,
      hook: step.hook,
      plugin: step.plugin,
      version: step.version,
      digest: step.digest,
      ok: step.ok,
      error: step.error?.code ?? null,
      inputDigest: step.inputDigest,
      outputDigest: step.outputDigest,
      hostCalls: step.usage.hostCalls,
      bytesRead: step.usage.bytesRead,
      bytesWritten: step.usage.bytesWritten,
      files: step.files.map((file) => ({ name: file.name, size: file.size, sha256: file.sha256 })),
      milliseconds: step.milliseconds,
      finishedAt: stepsFinishedAt[position]?.toISOString() ?? summary.createdAt,
    })),
  );
}

type Written = { text: string; createdAt: string; createdBy: { name: string | null }; updatedAt: string | null };

function toNotes(notes: readonly Written[]): Json {
  return notes.map(({ text, createdAt, createdBy, updatedAt }) => ({ text, createdAt, createdBy, updatedAt }));
}
