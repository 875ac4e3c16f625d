import type { ArchiveRule } from '@proofpix/contract/archive-rules';
import { Problem } from '@proofpix/contract/errors';

/** A hostile name is shown in errors and logs: without control, format and bidirectional characters, and short. */
export function showName(name: string): string {
  const shown = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return shown.length > 120 ? `${shown.slice(0, 120)}…` : shown;
}

/** One rule of the archive policy that one entry breaks; `says` is the end of a sentence that begins with the entry. */
export function refuseEntry(rule: ArchiveRule, name: string, says: string): Problem {
  return new Problem('package_refused', `"${showName(name)}" ${says}.`, [], rule);
}

/** A rule that the archive as a whole breaks. */
export function refuseArchive(rule: ArchiveRule, says: string): Problem {
  return new Problem('package_refused', `The archive ${says}.`, [], rule);
}
