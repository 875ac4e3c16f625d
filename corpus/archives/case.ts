import type { ArchiveRule } from '@proofpix/contract/archive-rules';

/** An archive that our own code makes, and what the archive policy must say to it. */
export type ArchiveCase = {
  /** Name of the file, with its ending. */
  file: string;
  why: string;
  bytes: () => Uint8Array;
} & (
  | { expected: 'accept'; files: number }
  | { expected: 'reject'; rule: ArchiveRule | 'package_not_archive' | 'package_too_large' }
);

/** What most cases hold besides what they are about. */
export const plainFile = { name: 'index.js', content: 'exports.hooks = {};\n' };
export const manifestFile = { name: 'manifest.json', content: '{"id":"a-plugin"}\n' };
