// Builds the package that plugins depend on, unless it is built from these very sources, and prints where it is.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import { writeTarball } from '@proofpix/pack/write-tarball';
import { readPackage } from '@proofpix/scanner/read-package';
import { bundleModules } from './build/bundle-modules.ts';
import { writeDeclarations } from './build/declarations.ts';
import { entries, packageJson, tarballName } from './build/package-json.ts';

const root = dirname(import.meta.dirname);
const built = join(import.meta.dirname, 'dist');
const commandLine = 'cli/src/main.ts';
/** What `proofpix run` reads photos with, where nothing else is named. */
const bundledPlugin = 'plugins/exif-reader';
const folders = ['contract', 'host', 'runner', 'scanner', 'pack', 'samples', 'sdk', 'cli', bundledPlugin];
const left = new Set(['node_modules', 'dist', 'test', 'conformance']);

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    // Templates have folders of tests that belong to them.
    if (entry.isDirectory()) return left.has(entry.name) && !path.startsWith('sdk/templates/') ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** One hash over everything that the package is made of. */
function hashOfSources(): string {
  const hash = createHash('sha256').update(process.versions.node);
  const files = [...folders.flatMap(filesBelow), 'scripts/node.mjs', 'package.json', 'package-lock.json', 'LICENSE'];
  for (const path of files.sort()) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex').slice(0, 32);
}

async function writePackage(target: string): Promise<void> {
  const imported = await bundleModules(root, [...Object.values(entries), commandLine], target);
  await writeDeclarations(root, Object.values(entries), target);
  const copied = [
    // The runner strips its own types when it is first started, and reads nothing that was built here.
    ...filesBelow('runner').filter((path) => path.startsWith('runner/src/') || path === 'runner/stage.mjs'),
    'contract/src/limits.ts',
    'contract/src/wire.ts',
    'contract/manifest.schema.json',
    ...filesBelow('host').filter((path) => path.endsWith('.mjs')),
    ...filesBelow('sdk/templates'),
    'sdk/bin/proofpix-node.mjs',
    'sdk/README.md',
    'scripts/node.mjs',
    'LICENSE',
  ];
  for (const path of copied) await cp(join(root, path), join(target, path));
  await cp(join(root, 'sdk/README.md'), join(target, 'README.md'));
  const bin = await readFile(join(root, 'cli/bin/proofpix.mjs'), 'utf8');
  await mkdir(join(target, 'cli/bin'), { recursive: true });
  await writeFile(join(target, 'cli/bin/proofpix.mjs'), bin.replace("'../src/main.ts'", "'../src/main.js'"));
  const { files } = await readPackage((await packPlugin(join(root, bundledPlugin))).archive);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(target, bundledPlugin, path)), { recursive: true });
    await writeFile(join(target, bundledPlugin, path), bytes);
  }
  await writeFile(join(target, 'package.json'), `${JSON.stringify(packageJson(root, imported), null, 2)}\n`);
}

/** The archive, made if there is none of these sources. */
async function build(): Promise<string> {
  const folder = join(built, hashOfSources());
  const archive = join(folder, tarballName(root));
  if (existsSync(archive)) return archive;
  // Written aside and renamed whole: several may build at once.
  const draft = join(built, `draft-${randomUUID()}`);
  try {
    await mkdir(draft, { recursive: true });
    await writePackage(join(draft, 'package'));
    await writeFile(join(draft, tarballName(root)), await writeTarball(join(draft, 'package')));
    await rm(join(draft, 'declarations'), { recursive: true });
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(archive)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  for (const name of await readdir(built)) {
    const path = join(built, name);
    if (path !== folder && !name.startsWith('draft-')) await rm(path, { recursive: true, force: true });
  }
  return archive;
}

console.log(relative(root, await build()));
