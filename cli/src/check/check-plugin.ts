import { Problem } from '@proofpix/contract/errors';
import { findUses, type Use } from '@proofpix/pack/find-uses';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import type { Package } from '@proofpix/scanner/package';
import { isPluginFolder, readPlugin } from '../read-plugin.ts';
import { auditPlugin, type Audited } from './audit-plugin.ts';
import type { CheckFinding } from './findings.ts';
import { findingsOfLoading } from './load-findings.ts';
import { fieldLines } from './locate-field.ts';
import { findingsOfManifest, neededByHooks } from './manifest-findings.ts';
import { findingsOfProblem } from './problem-findings.ts';
import { findingsOfScan } from './scan-findings.ts';
import { findingsOfStructure } from './structure-findings.ts';

export type Checked = { plugin: Package | null; findings: CheckFinding[]; dependencies: Audited | null };

/** From here on a package is worth a look at what makes it large: it travels to every server that installs it. */
const largeBytes = 5 * 1024 * 1024;

/**
 * Everything that the server would say to a plugin, and what an author wants to hear before.
 * @param options.source where advisories come from; null leaves it unknown whether there are any
 * @throws CommandFailure
 */
export async function checkPlugin(
  path: string,
  options: { load: boolean; source: AdvisorySource | null },
): Promise<Checked> {
  const isFolder = await isPluginFolder(path);
  let plugin: Package;
  try {
    plugin = await readPlugin(path, isFolder);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { plugin: null, findings: await findingsOfProblem(error, isFolder ? path : null), dependencies: null };
  }
  const dependencies = await auditPlugin(plugin, options.source);
  const manifestText = textOf(plugin, 'manifest.json');
  const findings = [
    ...findingsOfManifest(plugin.manifest, manifestText),
    ...findingsOfFiles(plugin),
    ...findingsOfStructure(plugin, options.load),
    ...findingsOfScan(plugin),
    ...dependencies.findings,
    // The bundler's parser has no guard against deep nesting, so it reads what its author wrote alone.
    ...(isFolder ? await findingsOfUses(plugin, manifestText) : []),
    ...(options.load ? await findingsOfLoading(plugin) : []),
  ];
  const lineOf = fieldLines(manifestText);
  return {
    plugin,
    dependencies,
    findings: findings.map((finding) =>
      finding.field === undefined || finding.line !== undefined ? finding : { ...finding, line: lineOf(finding.field) },
    ),
  };
}

function findingsOfFiles(plugin: Package): CheckFinding[] {
  const names = [...plugin.files.keys()];
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const findings: CheckFinding[] = [];
  const advise = (code: string, message: string, hint: string) =>
    void findings.push({ severity: 'advice', code, message, hint });
  if (!has(/^icon\.(svg|png)$/i))
    advise('icon_missing', 'Has no icon.', 'Add icon.svg or icon.png, square, at most 512 kB.');
  if (plugin.size > largeBytes)
    advise(
      'package_large',
      `Has ${(plugin.size / 1024 / 1024).toFixed(1)} MB.`,
      'Look at what was bundled: "proofpix pack" lists it.',
    );
  return findings;
}

/** Permissions that are asked for and not used, and used and not asked for. */
async function findingsOfUses(plugin: Package, manifestText: string): Promise<CheckFinding[]> {
  const uses = await findUses(plugin.main, textOf(plugin, plugin.main), textOf(plugin, `${plugin.main}.map`)).catch(
    (): Use[] | null => null,
  );
  if (uses === null) return [];
  const asked = plugin.manifest.permissions ?? [];
  const needed = neededByHooks(plugin.manifest);
  const lineOf = fieldLines(manifestText);
  const unused = asked.filter(
    (permission) => !needed.has(permission) && !uses.some((use) => use.permission === permission),
  );
  const missing = uses.filter(({ permission }) => !asked.includes(permission));
  return [
    ...unused.map((permission): CheckFinding => {
      const field = `/permissions/${asked.indexOf(permission)}`;
      return {
        severity: 'warning',
        code: 'permission_unused',
        message: `Asks for "${permission}", but no use of it was found.`,
        file: 'manifest.json',
        line: lineOf(field),
        field,
        hint: 'Take it out: people grant less readily what they cannot explain.',
      };
    }),
    ...missing.map(({ permission, file, line }): CheckFinding => ({
      severity: 'warning',
      code: 'permission_missing',
      message: `Uses ${permission}, but does not ask for "${permission}": the host will refuse it.`,
      file,
      line,
      hint: `Add "${permission}" to permissions in manifest.json.`,
    })),
  ];
}

function textOf(plugin: Package, path: string): string {
  return Buffer.from(plugin.files.get(path) ?? []).toString('utf8');
}
