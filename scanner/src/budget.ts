import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { refuseArchive, refuseEntry } from './refuse.ts';

/** Below this much, a high ratio costs nobody anything. */
const ratioFrom = 1024 * 1024;

/** Whether so much in an archive of so many bytes is what bombs are made of. */
export function overRatio(unpackedBytes: number, archiveBytes: number): boolean {
  return unpackedBytes > ratioFrom && unpackedBytes > archiveBytes * limits.packageRatio;
}

/** Counts what an archive asks for, before memory is given to it. */
export type Budget = {
  /** @throws Problem when an entry of this size would be one too many, too large, or too much together with the others */
  claim(name: string, size: number): void;
  /** The same for what only describes entries: there may be one of each. */
  claimHeader(name: string, size: number): void;
};

export function createBudget(archiveBytes: number): Budget {
  let entries = 0;
  let headers = 0;
  let total = 0;

  function add(count: number, name: string, size: number): void {
    if (count > limits.packageEntries)
      throw refuseArchive('too_many_entries', `has more than ${limits.packageEntries} entries`);
    if (size > limits.packageEntryBytes)
      throw refuseEntry('entry_too_large', name, `is over ${megabytes(limits.packageEntryBytes)} unpacked`);
    total += size;
    if (total > limits.packageUnpackedBytes) {
      throw refuseArchive('unpacked_too_large', `is over ${megabytes(limits.packageUnpackedBytes)} unpacked`);
    }
    if (overRatio(total, archiveBytes)) {
      throw refuseArchive('ratio', `unpacks to more than ${limits.packageRatio} times its size`);
    }
  }

  return {
    claim: (name, size) => add((entries += 1), name, size),
    claimHeader: (name, size) => add((headers += 1), name, size),
  };
}

/** @throws Problem `package_too_large` */
export function checkArchiveSize(bytes: number): void {
  if (bytes > limits.packageBytes) throw new Problem('package_too_large');
}

function megabytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MB`;
}
