import type { ComponentList } from '@proofpix/contract/dependencies';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { ScanResult } from '@proofpix/contract/scan';
import { writeArchive } from '@proofpix/pack/write-archive';
import { examinePackage } from '@proofpix/scanner/examine-package';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Progress } from '../messages.ts';

export type Scanned = { read: Package; scan: ScanResult; components: ComponentList; archive: Uint8Array };

/** Reads a package, looks at its code and writes it anew in the one form in which packages are kept. @throws Problem */
export async function scanArchive(
  received: Uint8Array,
  options: { fileName?: string; onProgress: (progress: Progress) => void },
): Promise<Scanned> {
  const { fileName, onProgress } = options;
  onProgress({ phase: 'read', done: 0, of: 0 });
  const read = await readPackage(received, fileName === undefined ? {} : { fileName });
  const of = read.files.size;
  const { scan, components } = examinePackage(
    new Observed(read.files, (done) => onProgress({ phase: 'analyse', done, of })),
    read.manifest,
  );
  onProgress({ phase: 'write', done: of, of });
  return { read, scan, components, archive: await canonical(read.files) };
}

/**
 * A ZIP, like most. What is many small files that are alike can fit into 50 MB as a TAR.GZ alone, which compresses them as
 * one. @throws Problem `package_too_large`
 */
async function canonical(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const zip = await writeArchive(files);
  if (zip.length <= limits.packageBytes) return zip;
  const tar = await writeArchive(files, 'tgz').catch((error: unknown) => {
    if (error instanceof Problem) return null;
    throw error;
  });
  if (tar !== null && tar.length <= limits.packageBytes) return tar;
  throw new Problem('package_too_large', 'Packed anew, as it would be kept, it is over the limit.');
}

/** Tells which file is being looked at, since the analysis goes through them from first to last in one go. */
class Observed extends Map<string, Uint8Array> {
  readonly #onFile: (done: number) => void;

  constructor(files: ReadonlyMap<string, Uint8Array>, onFile: (done: number) => void) {
    super();
    for (const [path, bytes] of files) this.set(path, bytes);
    this.#onFile = onFile;
  }

  override *[Symbol.iterator](): MapIterator<[string, Uint8Array]> {
    let done = 0;
    for (const entry of super.entries()) {
      this.#onFile(done);
      done += 1;
      yield entry;
    }
  }
}
