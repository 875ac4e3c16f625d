import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanResult } from '@proofpix/contract/scan';
import { createFindings, type Findings } from '../code/findings.ts';
import { licenceConcern, spdxOf } from '../dependencies/licence.ts';
import { checkDeclaredHooks } from './declared-hooks.ts';
import { checkPackageJson } from './package-json-agrees.ts';
import { structureRules, type FixedRule } from './rules.ts';

/** A page that says nothing is none. */
const leastReadmeBytes = 40;

/**
 * What is there, what is missing and what disagrees in a package that was read: README, licence, package.json against the
 * manifest, hooks against the code. Hidden files, install scripts, native binaries and nested archives are rules of
 * `scanPackage`.
 * @example const { findings } = scanStructure(files, manifest);
 */
export function scanStructure(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest): ScanResult {
  const findings = createFindings();
  const main = (manifest.main ?? 'index.js').replace(/^\.\//, '');
  checkTexts(files, manifest, findings);
  checkPackageJson(files, { manifest, main, findings });
  checkDeclaredHooks(files, { manifest, main, findings });
  return findings.result(files.size);
}

function checkTexts(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest, findings: Findings): void {
  const find = (pattern: RegExp) => [...files].find(([path]) => pattern.test(path))?.[1];
  // Of a file that is not there, the manifest speaks: a finding stands in a file of the package.
  const say = (rule: FixedRule, message: string) => findings.add(rule, 'manifest.json', null, null, { message });
  const readme = find(/^readme(?:\.(?:md|markdown|txt))?$/i);
  if (readme === undefined) say(structureRules.readmeMissing, 'There is no README.');
  else if (readme.length < leastReadmeBytes) say(structureRules.readmeMissing, 'The README says next to nothing.');
  const { license } = manifest;
  if (find(/^(?:licen[cs]e|copying)(?:[.-].*)?$/i) === undefined) {
    const named = license !== undefined;
    say(
      structureRules.licenceMissing,
      named ? `There is no file with the terms of the licence ${license}.` : 'There is no licence: nobody may use it.',
    );
  }
  if (license === undefined) return;
  const expression = spdxOf(license);
  if (expression === null && license !== 'UNLICENSED' && !/^SEE LICEN[CS]E IN /i.test(license))
    say(structureRules.licenceUnknown, `"${license.slice(0, 80)}" is no licence that SPDX knows.`);
  else if (license === 'UNLICENSED' || (expression !== null && licenceConcern(expression) === 'forbids'))
    say(structureRules.licenceForbids, `Its licence ${license} does not allow everybody to use it.`);
}
