import type { Manifest } from '@proofpix/contract/manifest';
import type { Findings } from '../code/findings.ts';
import { spdxOf } from '../dependencies/licence.ts';
import { licenseIn, readFields, textIn } from '../dependencies/read-json.ts';
import { structureRules, type FixedRule } from './rules.ts';

const packageJsonBytes = 256 * 1024;

/**
 * Whether package.json says of the plugin what its manifest says. Two names or versions for one package are how an audit is
 * led to another one; another main file is what other tools would review.
 */
export function checkPackageJson(
  files: ReadonlyMap<string, Uint8Array>,
  { manifest, main, findings }: { manifest: Manifest; main: string; findings: Findings },
): void {
  const bytes = files.get('package.json');
  if (bytes === undefined) return;
  const fields = readFields(bytes, packageJsonBytes);
  // That it cannot be read is a finding of the scan of code.
  if (typeof fields === 'string') return;
  const source = new TextDecoder().decode(bytes);
  const differ = (rule: FixedRule, key: string, message: string): void => {
    const start = source.indexOf(`"${key}"`);
    const place = start === -1 ? null : { start, end: start + key.length + 2 };
    findings.add(rule, 'package.json', source, place, { message });
  };
  const { name, version } = fields;
  const ownName = textIn(name)?.replace(/^@[^/]*\//, '');
  if (ownName !== undefined && !ownName.includes(manifest.id))
    differ(structureRules.packageJsonName, 'name', `Is named "${ownName.slice(0, 80)}", the plugin ${manifest.id}.`);
  if (typeof version === 'string' && version !== manifest.version)
    differ(
      structureRules.packageJsonVersion,
      'version',
      `Says version ${version.slice(0, 80)}, the manifest ${manifest.version}.`,
    );
  const otherMain = textIn(fields.main)?.replace(/^\.\//, '');
  if (otherMain !== undefined && !samePath(otherMain, main))
    differ(
      structureRules.packageJsonMain,
      'main',
      `Names ${otherMain.slice(0, 80)} as the main file, the manifest ${main}.`,
    );
  const license = licenseIn(fields);
  if (license !== null && manifest.license !== undefined && !sameLicence(license, manifest.license))
    differ(
      structureRules.packageJsonLicense,
      'license',
      `Says the licence ${license.slice(0, 80)}, the manifest ${manifest.license}.`,
    );
}

/** npm adds what is left out. */
function samePath(written: string, main: string): boolean {
  return [written, `${written}.js`, `${written.replace(/\/$/, '')}/index.js`].includes(main);
}

function sameLicence(a: string, b: string): boolean {
  return a === b || (spdxOf(a) ?? a) === (spdxOf(b) ?? b);
}
