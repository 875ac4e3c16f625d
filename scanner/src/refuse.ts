import { Problem } from '@proofpix/contract/errors';

/** A hostile name is shown in errors and logs: without control, format and bidirectional characters, and short. */
export function showName(name: string): string {
  const shown = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  return shown.length > 120 ? `${shown.slice(0, 120)}…` : shown;
}

/** One rule of the archive policy that one entry breaks. */
export function refuseEntry(name: string, rule: string): Problem {
  return new Problem('package_refused', `"${showName(name)}" ${rule}.`);
}

/** A rule that the archive as a whole breaks. */
export function refuseArchive(rule: string): Problem {
  return new Problem('package_refused', `The archive ${rule}.`);
}
