import type { SourceFile, SourceList } from '@proofpix/contract/api/submissions';
import { Problem } from '@proofpix/contract/errors';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Objects } from '../../objects.ts';
import type { ReleaseRow } from '../releases/queries.ts';
import { releaseStore } from '../releases/queries.ts';
import type { SubmissionRow } from './queries.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** Of what was scanned alone: an archive that nobody looked at is not unpacked here. @throws Problem file_not_found */
async function filesOf(objects: Objects, row: SubmissionRow): Promise<Files> {
  if (row.digest === null) throw new Problem('file_not_found', 'The package was not read yet, or was refused.');
  const size = Number(row.archive_size);
  const { files, digest } = await readPackage(await objects.read(row.organisation_id, row.archive_digest, 0, size));
  if (digest !== row.digest) throw new Error('The archive of a submission is not what was scanned.');
  return files;
}

async function filesOfRelease(objects: Objects, previous: ReleaseRow | undefined): Promise<Files> {
  if (previous === undefined) return new Map();
  const archive = await objects.read(releaseStore, previous.archive_digest, 0, Number(previous.archive_size));
  return (await readPackage(archive)).files;
}

/** @throws Problem file_not_found */
export async function listSource(
  objects: Objects,
  row: SubmissionRow,
  previous: ReleaseRow | undefined,
): Promise<SourceList> {
  const [now, before] = [await filesOf(objects, row), await filesOfRelease(objects, previous)];
  const files: SourceList['files'] = [...now].map(([path, bytes]) => {
    const old = before.get(path);
    const change = old === undefined ? 'added' : Buffer.from(old).equals(bytes) ? 'same' : 'changed';
    return { path, size: bytes.length, change: previous === undefined ? 'same' : change };
  });
  for (const [path, bytes] of before) if (!now.has(path)) files.push({ path, size: bytes.length, change: 'removed' });
  return { files: files.sort((one, other) => (one.path < other.path ? -1 : 1)) };
}

/** @throws Problem file_not_found */
export async function readSource(
  objects: Objects,
  row: SubmissionRow,
  previous: ReleaseRow | undefined,
  path: string,
): Promise<SourceFile> {
  const [now, before] = [await filesOf(objects, row), await filesOfRelease(objects, previous)];
  const [bytes, old] = [now.get(path), before.get(path)];
  if (bytes === undefined && old === undefined) throw new Problem('file_not_found');
  return {
    path,
    size: (bytes ?? old)?.length ?? 0,
    text: bytes === undefined ? null : textOf(bytes),
    before: old === undefined ? null : textOf(old),
  };
}

const shownBytes = 1024 * 1024;

/** Null where it is no text, or more than anybody reads. It is shown as text, never as a page. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > shownBytes || bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
