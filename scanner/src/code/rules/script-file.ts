import type { FileRule } from '../rule.ts';

const endings =
  /\.(?:sh|bash|zsh|fish|csh|ksh|command|bat|cmd|ps1|psm1|vbs|vbe|wsf|wsh|hta|scpt|applescript|py|rb|pl|php|lua|reg|lnk|desktop|service)$/i;
const buildFiles =
  /^(?:binding\.gyp|.*\.gypi?|wscript|makefile|cmakelists\.txt|.*\.mk|configure|dockerfile|cargo\.toml|build\.rs)$/i;

export const scriptFileRule: FileRule = {
  kind: 'file',
  id: 'script-file',
  severity: 'high',
  explanation:
    'A script for a shell, or a recipe for a build, is there to be run outside of the sandbox. npm builds a package with a binding.gyp when it installs it.',
  remedy: 'Leave it out of the package.',
  samples: {
    bad: [
      { path: 'run.sh', text: '#!/bin/sh\ntrue\n' },
      { path: 'tools/setup', text: '#!/usr/bin/env bash\ntrue\n' },
      { path: 'install.ps1', text: 'Get-Item .' },
      { path: 'binding.gyp', text: '{}' },
      { path: 'run.py', text: 'print(1)' },
    ],
    good: [
      { path: 'bin/cli.js', text: '#!/usr/bin/env node\nmain();' },
      { path: 'README.md', text: '# Title' },
      { path: 'lib/script.js', text: 'run();' },
    ],
  },
  check({ path, bytes }, report) {
    const name = path.split('/').at(-1) ?? path;
    const shebang = /^#!\s*(\S[^\n]{0,100})/.exec(new TextDecoder().decode(bytes.subarray(0, 128)))?.[1];
    if (buildFiles.test(name)) report({ message: 'Is a recipe that builds programs.' });
    else if (endings.test(name)) report({ message: 'Is a script for another interpreter.' });
    else if (shebang !== undefined && !/\bnode\b/.test(shebang))
      report({ message: `Is a script for ${shebang.slice(0, 40)}.` });
  },
};
