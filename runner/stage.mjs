// Prints, as JSON, the arguments with which Node starts a runner: `node runner/stage.mjs`.
//
// A runner that strips its own types at every start costs three times the processor time and 30 MB more than one of
// plain JavaScript. So the types are stripped once, into a folder named by the hash of the sources, and runners start
// from there; that folder is then all they can read. Where it cannot be written, they start from the sources.
// Plain JavaScript, because it must itself start quickly; node: imports only.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const sourceFolder = join(here, 'src');
/** Beside this folder, in the checkout as in the published package. */
const contractFolder = join(dirname(here), 'contract', 'src');
/** What of the contract has values that a runner uses; a missing one fails its start, and so every test. */
const contractFiles = ['limits.ts', 'wire.ts'];
const keptMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Flags that change what V8 makes of code: a code cache is good only where they are the same. The young generation is
 * kept small, because it fills up before anything in it is collected, in each of many processes.
 */
export const engineFlags = ['--no-node-snapshot', '--max-semi-space-size=1'];

/** Everything after `process.execPath`. */
export function runnerArguments(staged = stage()) {
  const flags = [...engineFlags, '--no-warnings', '--permission', '--allow-addons'];
  const addon = addonFile();
  const last = addon === undefined ? [] : [addon];
  if (staged !== undefined)
    return [...flags, `--allow-fs-read=${staged}${sep}`, join(staged, 'runner', 'main.js'), ...last];
  const link = join(dirname(here), 'node_modules', '@proofpix', 'contract');
  const readable = [sourceFolder + sep, contractFolder + sep, link].map((path) => `--allow-fs-read=${path}`);
  return [...flags, ...readable, join(sourceFolder, 'main.ts'), ...last];
}

/** The folder with the plain JavaScript, made if it is not there; undefined where it cannot be made. */
function stage() {
  const files = sources();
  const hash = createHash('sha256')
    .update(process.versions.node)
    .update(readFileSync(fileURLToPath(import.meta.url)));
  for (const { to, text } of files) hash.update(`\0${to}\0${text}`);
  const cache = join(dirname(here), 'node_modules', '.cache', 'proofpix-runner');
  const folder = join(cache, hash.digest('hex').slice(0, 32));
  if (existsSync(folder)) return folder;
  // Written aside and renamed whole: several hosts may start at once.
  const draft = `${folder}.${randomUUID()}`;
  try {
    for (const { to, text } of files) {
      const path = join(draft, to);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, plain(text, to));
    }
    writeFileSync(join(draft, 'package.json'), '{"type":"module"}');
    renameSync(draft, folder);
    removeOld(cache, folder);
    return folder;
  } catch {
    rmSync(draft, { recursive: true, force: true });
    // Another start was first, or nothing can be written here.
    return existsSync(folder) ? folder : undefined;
  }
}

function sources() {
  const own = readdirSync(sourceFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ from: path, to: join('runner', relative(sourceFolder, path)) }));
  const contract = contractFiles.map((name) => ({ from: join(contractFolder, name), to: join('contract', name) }));
  return [...own, ...contract].map(({ from, to }) => ({
    to: to.replace(/\.ts$/, '.js'),
    text: readFileSync(from, 'utf8'),
  }));
}

/** JavaScript of a source file, its imports pointing to the staged files. Lines stay where they are. */
function plain(text, to) {
  const up = '../'.repeat(to.split(sep).length - 1);
  return stripTypeScriptTypes(text)
    .replaceAll(/^((?:import|export)\b.*'|\} from ')(\.{1,2}\/[^']+)\.ts';/gm, "$1$2.js';")
    .replaceAll(/'@proofpix\/contract\/([a-z-]+)';/g, `'${up}contract/$1.js';`);
}

function removeOld(cache, current) {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (path !== current && Date.now() - statSync(path).mtimeMs > keptMilliseconds)
      rmSync(path, { recursive: true, force: true });
  }
}

/** The prebuilt binary of isolated-vm for this machine; undefined leaves the search to the runner. */
function addonFile() {
  const folder = dirname(require.resolve('isolated-vm/package.json'));
  const libc = process.platform !== 'linux' ? '' : isGlibc() ? '.glibc' : '.musl';
  const name = `isolated-vm.abi${process.versions.modules}${libc}.node`;
  const file = join(folder, 'prebuilds', `${process.platform}-${process.arch}`, name);
  return existsSync(file) ? file : undefined;
}

function isGlibc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(runnerArguments()));
