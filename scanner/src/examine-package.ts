import type { ComponentList } from '@proofpix/contract/dependencies';
import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanResult } from '@proofpix/contract/scan';
import { findingsOfDependencies } from './advisories/audit-findings.ts';
import { scanPackage } from './code/scan-package.ts';
import { listComponents } from './dependencies/list-components.ts';
import { joinScans } from './join-scans.ts';
import { scanStructure } from './structure/scan-structure.ts';

/**
 * All that is found in a package without running any of it and without asking anybody: its code, its structure, its
 * dependencies. What is known against their versions is another question, and changes by the day.
 * @example const { scan, components } = examinePackage(files, manifest);
 */
export function examinePackage(
  files: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
): { scan: ScanResult; components: ComponentList } {
  const components = listComponents(files);
  const parts = [scanPackage(files, manifest), scanStructure(files, manifest), findingsOfDependencies(components)];
  return { scan: joinScans(parts, files.size), components };
}
