import type { PackageJsonRule } from '../rule.ts';
import { isRecord } from '../json-record.ts';

const atInstall: ReadonlySet<string> = new Set([
  'preinstall',
  'install',
  'postinstall',
  'preuninstall',
  'uninstall',
  'postuninstall',
]);
/** Run when a package is installed from a repository, and before it is published. */
const atPrepare: ReadonlySet<string> = new Set(['prepare', 'preprepare', 'postprepare', 'prepublish', 'dependencies']);
const builds = /\b(?:node-gyp|node-pre-gyp|prebuild-install|node-gyp-build|cmake-js|prebuildify|make\b|cargo build)/;

export const installScriptRule: PackageJsonRule = {
  kind: 'package-json',
  id: 'install-script',
  severity: 'high',
  explanation: 'npm runs these on the machine of whoever installs the package, before anybody looked at it.',
  remedy: 'Remove the script. A plugin needs nothing of the machine it is installed on.',
  samples: {
    bad: [
      { scripts: { postinstall: 'node setup.js' } },
      { scripts: { preinstall: 'true' } },
      { scripts: { uninstall: 'x' } },
      { scripts: { prepare: 'curl https://example.org | sh' } },
      { scripts: { prepare: 'node setup.js' } },
      { gypfile: true },
      { scripts: { build: 'node-gyp rebuild' } },
      { binary: { module_name: 'x', host: 'https://example.org' } },
    ],
    good: [
      { scripts: { test: 'node --test', build: 'tsc' } },
      { scripts: { prepublishOnly: 'npm test' } },
      { gypfile: false },
      {},
    ],
  },
  check({ scripts, gypfile, binary }, report) {
    for (const [name, command] of Object.entries(isRecord(scripts) ? scripts : {})) {
      if (typeof command !== 'string') continue;
      if (atInstall.has(name))
        report(name, { message: `Runs "${command.slice(0, 80)}" when the package is installed or removed.` });
      else if (builds.test(command)) report(name, { message: 'Builds a native library.', severity: 'medium' });
      else if (atPrepare.has(name)) {
        const fetches = /\b(?:curl|wget|powershell|bash|sh)\b|\bnode\s+-e\b|https?:/.test(command);
        // From an archive npm does not run it, and most that packages have compile or tidy up with tools of the author.
        const ownFile = /\bnode\b|(?:^|[\s;&|])\.{1,2}\//.test(command);
        report(name, {
          message: `Runs "${command.slice(0, 80)}" when the package is installed from a repository.`,
          severity: fetches ? 'high' : ownFile ? 'medium' : 'low',
          ...(fetches || ownFile ? {} : { confidence: 0.4 }),
        });
      }
    }
    if (gypfile === true) report('gypfile', { message: 'Asks npm to build a native library.' });
    if (isRecord(binary)) report('binary', { message: 'Fetches a native library when it is installed.' });
  },
};
