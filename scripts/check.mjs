// The inner loop: everything that must be green before a commit, in under two minutes. Each step prints what it did.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (path) => join(root, 'node_modules', path);

const steps = [
  // One checker: each of several works the same types of the contract out again, which costs twice the time here.
  ['Types', [bin('typescript/bin/tsc'), '-p', root, '--checkers', '1']],
  ['Lint', [bin('oxlint/bin/oxlint'), '--deny-warnings', root]],
  ['Format', [bin('oxfmt/bin/oxfmt'), '--check', root]],
  ['Dead code', [bin('knip/bin/knip.js')]],
  ['Generated files', [join(root, 'scripts/generate.ts'), '--check']],
  ...(process.argv.includes('--without-tests')
    ? []
    : [['Quick tests', [bin('vitest/vitest.mjs'), 'run', '--project', 'quick']]]),
];

let failed = 0;
for (const [name, args] of steps) {
  const started = performance.now();
  const { status } = spawnSync(findNode(), args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0) failed += 1;
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
