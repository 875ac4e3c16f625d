import { bombCases } from './bombs.ts';
import type { ArchiveCase } from './case.ts';
import { honestTars } from './honest-tar.ts';
import { honestZips } from './honest-zip.ts';
import { pathCases } from './hostile-paths.ts';
import { tarCases } from './hostile-tar.ts';
import { zipCases } from './hostile-zip.ts';

/** The project's own archives. */
export const archiveCases: readonly ArchiveCase[] = [
  ...honestZips,
  ...honestTars,
  ...pathCases,
  ...zipCases,
  ...tarCases,
  ...bombCases,
];
