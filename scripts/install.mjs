// Brings what is missing: the packages of package-lock.json and the built web app. Plain JavaScript on purpose: it runs
// on the machine's own Node, before anything is installed. Does nothing, quickly, when all is there. With --packages it
// leaves the web app alone: the command line does not show it. Everything is said on stderr: stdout is for results.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = 20;
const onStderr = ['inherit', 2, 2];
const packagesOnly = process.argv.includes('--packages');

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Whether node_modules holds just what the lock file says. npm keeps a lock file of its own inside node_modules. */
function packagesAreCurrent() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/')) continue;
    const present = installed[path];
    if (present === undefined) {
      // npm leaves out packages for other platforms.
      if (entry.optional || entry.devOptional || entry.peer) continue;
      return false;
    }
    if (present.version !== entry.version) return false;
  }
  return findNode() !== undefined;
}

function installPackages() {
  console.error('Installing packages. This takes about a minute the first time.');
  const npm = process.env.npm_execpath;
  // --include=dev: the web app is built here, and NODE_ENV=production would leave its tools out.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: onStderr })
    : spawnSync('npm', args, { cwd: root, stdio: onStderr, shell: process.platform === 'win32' });
  if (result.status !== 0) fail('The packages could not be installed. See the lines of npm above.');
}

/** One hash over everything the web app and the page that checks evidence are built from. */
function webSources() {
  const hash = createHash('sha256');
  const add = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!['dist', 'node_modules', 'test'].includes(entry.name)) add(path);
      } else {
        hash.update(path).update(readFileSync(join(root, path)));
      }
    }
  };
  add('web');
  add('evidence');
  add('contract/src');
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex');
}

function buildWebApp() {
  const stamp = join(root, 'web', 'dist', '.built-from');
  const sources = webSources();
  const page = join(root, 'evidence', 'dist', 'verify.html');
  if (existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return false;
  console.error('Building the web app.');
  const result = spawnSync(findNode(), [join(root, 'web', 'build.ts')], { cwd: join(root, 'web'), stdio: onStderr });
  if (result.status !== 0) fail('The web app could not be built. See the lines above.');
  const verifyPage = spawnSync(findNode(), [join(root, 'evidence', 'build.ts')], { cwd: root, stdio: onStderr });
  if (verifyPage.status !== 0) fail('The page that checks evidence could not be built. See the lines above.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
  return true;
}

/**
 * What the first start would otherwise wait for: runners as plain JavaScript, and an empty database to copy. Only a
 * matter of time: a failure here costs some seconds later and nothing else.
 */
function prepareFirstStart() {
  console.error('Preparing the first start.');
  for (const script of ['runner/stage.mjs', 'server/src/prepare.ts']) {
    spawnSync(findNode(), ['--no-warnings', join(root, script)], { cwd: root, stdio: 'ignore' });
  }
}

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  fail(`ProofPix needs Node ${OLDEST_NODE} or newer to start; this is Node ${process.versions.node}.`);
}
const missing = !packagesAreCurrent();
if (missing) installPackages();
if (findNode() === undefined) {
  fail(`No Node 24 for ${process.platform} ${process.arch} came with the packages. Install Node 24 and start again.`);
}
const built = !packagesOnly && buildWebApp();
if (missing || built) prepareFirstStart();
