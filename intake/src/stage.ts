// Prints, as JSON, how Node starts a process that scans: `node intake/src/stage.ts`.
//
// What such a process is made of lies in a hundred files of ours and several libraries. It becomes one file of plain
// JavaScript, once for an install, named by the hash of what it is made from; that file and the parser's native binding
// are then all that the process can read. A program of its own, so that the bundler is never in a server's memory.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@proofpix/pack/bundle-program';
import type { ScannerProgram } from './scanner-program.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
/** Everything of ours that may be in it. */
const folders = ['intake/src', 'pack/src', 'scanner/src', 'contract/src'];

/** The parser's package looks for its binding in many places, by reading files; here it is told. */
const binding = `
const loaded = { exports: {} };
process.dlopen(loaded, process.argv[2]);
export const { parse, parseSync, ParseResult, Severity, ExportExportNameKind, ExportImportNameKind, ExportLocalNameKind,
  ImportNameKind, rawTransferSupported, getBufferOffset, parseRaw, parseRawSync } = loaded.exports;
`;

/**
 * The heap ends before the kernel's limit does, with a message. A small young generation, as in a runner, would make the
 * analysis slow: it makes many short-lived objects.
 */
const flags = ['--no-warnings', '--max-old-space-size=768', '--permission', '--allow-addons'];

async function scannerProgram(): Promise<ScannerProgram> {
  const file = await stagedFile();
  return {
    arguments: [...flags, `--allow-fs-read=${dirname(file)}${sep}`, file, bindingFile()],
    libraries: librariesOf(bindingFile()),
  };
}

/** The shared libraries that this process has once the binding is loaded. Behind bwrap no others are there. */
function librariesOf(file: string): string[] {
  process.dlopen({ exports: {} }, file);
  return report().sharedObjects.filter((path) => path.startsWith('/') && path !== file && path !== process.execPath);
}

type Report = { header: { glibcVersionRuntime?: string }; sharedObjects: string[] };

/** Not of the network, which would ask name servers. */
function report(): Report {
  Object.assign(process.report, { excludeNetwork: true });
  return process.report.getReport() as unknown as Report; // these fields of it are documented
}

/** Where the cache cannot be written, a file for this start alone. */
async function stagedFile(): Promise<string> {
  const folder = join(root, 'node_modules', '.cache', 'proofpix-intake', hashOfSources());
  const file = join(folder, 'main.mjs');
  if (existsSync(file)) return file;
  const replaced = { [join('oxc-parser', 'src-js', 'bindings.js')]: binding };
  const code = await bundleProgram({ entry: join(here, 'process', 'main.ts'), replaced });
  try {
    writeWhole(file, code);
    return file;
  } catch {
    const own = join(mkdtempSync(join(tmpdir(), 'proofpix-intake-')), 'main.mjs');
    writeFileSync(own, code);
    return own;
  }
}

/** Several servers may start at once: each sees a whole file. */
function writeWhole(file: string, code: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, code);
  renameSync(draft, file);
}

function hashOfSources(): string {
  const lock = join(root, 'package-lock.json');
  const hash = createHash('sha256').update(process.versions.node).update(bindingFile());
  hash.update(readFileSync(existsSync(lock) ? lock : join(root, 'package.json')));
  for (const folder of folders) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}

/** The parser as the scanner has it: another version may lie beside it. */
function bindingFile(): string {
  const ofScanner = createRequire(import.meta.resolve('@proofpix/scanner/code/parse'));
  const ofParser = createRequire(ofScanner.resolve('oxc-parser'));
  return ofParser.resolve(`@oxc-parser/binding-${process.platform}-${process.arch}${variant()}`);
}

function variant(): string {
  if (process.platform === 'win32') return '-msvc';
  if (process.platform !== 'linux') return '';
  return report().header.glibcVersionRuntime === undefined ? '-musl' : '-gnu';
}

console.log(JSON.stringify(await scannerProgram()));
