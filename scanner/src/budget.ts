import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { refuseArchive, refuseEntry } from './refuse.ts';

/** Below this much, a high ratio costs nobody anything. */
const ratioFrom = 1024 * 1024;

/** Counts what an archive asks for, before memory is given to it. */
export type Budget = {
  /** @throws Problem when an entry of this size would be one too many, too large, or too much together with the others */
  claim(name: string, size: number): void;
};

export function createBudget(archiveBytes: number): Budget {
  let entries = 0;
  let total = 0;
  return {
    claim(name, size) {
      entries += 1;
      if (entries > limits.packageEntries) throw refuseArchive(`has more than ${limits.packageEntries} entries`);
      if (size > limits.packageEntryBytes)
        throw refuseEntry(name, `is over ${megabytes(limits.packageEntryBytes)} unpacked`);
      total += size;
      if (total > limits.packageUnpackedBytes) {
        throw refuseArchive(`is over ${megabytes(limits.packageUnpackedBytes)} unpacked`);
      }
      if (total > ratioFrom && total > archiveBytes * limits.packageRatio) {
        throw refuseArchive(`unpacks to more than ${limits.packageRatio} times its size`);
      }
    },
  };
}

/** @throws Problem `package_too_large` */
export function checkArchiveSize(bytes: number): void {
  if (bytes > limits.packageBytes) throw new Problem('package_too_large');
}

function megabytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MB`;
}
