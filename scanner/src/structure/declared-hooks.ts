import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Findings } from '../code/findings.ts';
import { exportedHooks } from './exported-hooks.ts';
import { structureRules } from './rules.ts';

/**
 * Whether the code exports the hooks that the manifest declares. One that is missing is an author's mistake, and loading
 * refuses it: a person looks, nothing is blocked. Where it cannot be seen, that is said and held against nobody.
 */
export function checkDeclaredHooks(
  files: ReadonlyMap<string, Uint8Array>,
  { manifest, main, findings }: { manifest: Manifest; main: string; findings: Findings },
): void {
  const declared = manifestHooks(manifest).map(({ name }) => name);
  const exported = exportedHooks(files, main);
  if (!exported.seen) {
    if (declared.length === 0) return;
    findings.add(structureRules.hooksNotSeen, main, null, null, {
      message: `Whether it exports its hooks could not be seen: ${exported.why}.`,
    });
    return;
  }
  const { hooks, source, file } = exported;
  for (const name of declared) {
    if (hooks.has(name)) continue;
    findings.add(structureRules.hookMissing, file, null, null, {
      message: `The manifest declares the hook ${name}, which the code does not export.`,
    });
  }
  for (const [name, { start }] of hooks) {
    if (declared.includes(name)) continue;
    const message = `Exports the hook ${name.slice(0, 120)}, which the manifest does not declare: nothing calls it.`;
    findings.add(structureRules.hookNotDeclared, file, source, { start, end: start + name.length }, { message });
  }
}
