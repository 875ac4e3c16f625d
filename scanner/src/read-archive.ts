import { Problem } from '@proofpix/contract/errors';
import { archiveKind } from './archive-kind.ts';
import { checkArchiveSize } from './budget.ts';
import { readTarGz } from './read-tar-gz.ts';
import { readZip } from './read-zip.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';

export type ArchiveFormat = 'zip' | 'tar.gz';

export type Archive = {
  format: ArchiveFormat;
  /** By path, in no particular order. Every path passed the path rules. */
  files: Map<string, Uint8Array>;
};

/**
 * Reads an archive into memory under the archive policy: one strict reading, and whatever another program could read
 * differently is refused. Nothing is ever written to a disk.
 * @param options.fileName when given, its ending must agree with the content
 * @throws Problem `package_not_archive`, `package_too_large`, `package_refused`
 */
export async function readArchive(bytes: Uint8Array, options: { fileName?: string } = {}): Promise<Archive> {
  checkArchiveSize(bytes.length);
  const format = archiveFormat(bytes);
  if (format === null) throw new Problem('package_not_archive');
  const named = options.fileName === undefined ? null : namedFormat(options.fileName);
  // Mail and file filters judge by the name, unpackers by the content: they must not be told different things.
  if (named !== null && named !== format)
    throw refuseArchive('name_mismatch', `is named like a ${named} file but is a ${format} file`);
  const files = format === 'zip' ? await readZip(bytes) : await readTarGz(bytes);
  if (files.size === 0) throw refuseArchive('no_files', 'holds no files');
  for (const [path, content] of files) {
    const kind = archiveKind(content);
    // A bomb inside a bomb: each is small until the next program unpacks what this one left packed.
    if (kind !== null) throw refuseEntry('nested_archive', path, `is an archive inside the archive (${kind})`);
  }
  return { format, files };
}

/** By the first bytes: a local file header or an empty archive's end record, or gzip with deflate. */
function archiveFormat(bytes: Uint8Array): ArchiveFormat | null {
  const starts = (...signature: number[]) => signature.every((byte, index) => bytes[index] === byte);
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return 'zip';
  if (starts(0x1f, 0x8b, 8)) return 'tar.gz';
  return null;
}

function namedFormat(fileName: string): ArchiveFormat | null {
  if (/\.zip$/i.test(fileName)) return 'zip';
  return /\.(tar\.gz|tgz)$/i.test(fileName) ? 'tar.gz' : null;
}
