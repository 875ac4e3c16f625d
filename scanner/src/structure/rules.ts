import type { ScanSeverity } from '@proofpix/contract/scan';

export type FixedRule = { id: string; severity: ScanSeverity; explanation: string; remedy: string };

const say = (id: string, severity: ScanSeverity, explanation: string, remedy: string): FixedRule => ({
  id,
  severity,
  explanation,
  remedy,
});

const sameRemedy = 'Say the same in package.json and manifest.json.';

/** What is asked of the files of a package together. */
export const structureRules = {
  readmeMissing: say(
    'readme-missing',
    'low',
    'Whoever installs it reads nowhere what it does.',
    'Say in README.md what it does, on which photos, and what it needs.',
  ),
  licenceMissing: say(
    'licence-missing',
    'low',
    'Without terms nobody may use it, whatever its author meant.',
    'Add LICENSE with the terms, and name them in the manifest.',
  ),
  licenceUnknown: say(
    'licence-unknown',
    'low',
    'The manifest names a licence that SPDX does not know: nobody can tell what it allows.',
    'Write an identifier of spdx.org/licenses.',
  ),
  licenceForbids: say(
    'licence-forbids',
    'medium',
    'Its licence does not allow everybody to use it.',
    'Nothing, where this is meant: whoever installs it needs an agreement with its author.',
  ),
  packageJsonName: say('package-json-name', 'low', 'package.json names another plugin.', sameRemedy),
  packageJsonVersion: say(
    'package-json-version',
    'medium',
    'Two versions for one package are how an audit is led to another one.',
    sameRemedy,
  ),
  packageJsonMain: say(
    'package-json-main',
    'medium',
    'Other tools would review another main file than the one that runs.',
    sameRemedy,
  ),
  packageJsonLicense: say('package-json-license', 'low', 'package.json names another licence.', sameRemedy),
  hookMissing: say(
    'hook-missing',
    'medium',
    'The manifest declares a hook that the code does not export: loading refuses it.',
    'Write the hook, or take it out of the manifest.',
  ),
  hookNotDeclared: say(
    'hook-not-declared',
    'low',
    'The code exports a hook that the manifest does not declare: nothing calls it.',
    'Add it to hooks in manifest.json, or take it out of the code.',
  ),
  hooksNotSeen: say(
    'hooks-not-seen',
    'low',
    'Which hooks the code exports is only known when it runs.',
    'Export one object with its hooks written out: `export default definePlugin({ hooks: { … } })`.',
  ),
} as const;
