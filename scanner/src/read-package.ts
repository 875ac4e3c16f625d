import { Problem } from '@proofpix/contract/errors';
import { manifestWarnings, type Manifest } from '@proofpix/contract/manifest';
import { packageDigest, sha256 } from './identity.ts';
import type { Package } from './package.ts';
import { JsonFault, parseStrictJson } from './parse-json.ts';
import { readArchive } from './read-archive.ts';
import { readManifest } from './read-manifest.ts';
import { refuseEntry, showName } from './refuse.ts';

const readmeBytes = 1024 * 1024;
const iconBytes = 512 * 1024;
const packageJsonBytes = 256 * 1024;

/**
 * Reads a plugin package: archive policy, one top folder taken off, manifest, required files, identity. Pure: nothing is
 * written, run or fetched.
 * @param archive the bytes as received
 * @param options.fileName when known; its ending must agree with the content
 * @throws Problem `package_not_archive`, `package_too_large`, `package_refused`, `manifest_missing`, `manifest_invalid`
 *   (with fields) or `main_missing`
 * @example const { manifest, digest } = await readPackage(await readFile('exif-reader-1.0.0.zip'));
 */
export async function readPackage(archive: Uint8Array, options: { fileName?: string } = {}): Promise<Package> {
  const { format, files: unpacked } = await readArchive(archive, options);
  const files = withoutTopFolder(unpacked);
  return { format, archiveDigest: await sha256(archive), ...(await readFiles(files)) };
}

/**
 * The same of files that were unpacked already, by somebody who need not be believed: all that is told of them is worked
 * out from them. Their paths must have passed the path rules.
 * @throws Problem as `readStructure`
 */
export async function readFiles(
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Omit<Package, 'format' | 'archiveDigest'>> {
  const { manifest, main, warnings } = readStructure(files);
  const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  return { files, manifest, main, digest: await packageDigest(files), size, readme: readmeOf(files), warnings };
}

/**
 * The rules for the files of a package, wherever they come from: packing asks the same.
 * @throws Problem `manifest_missing`, `manifest_invalid`, `main_missing`, `package_refused`
 */
export function readStructure(files: ReadonlyMap<string, Uint8Array>): {
  manifest: Manifest;
  main: string;
  warnings: string[];
} {
  const manifestFile = files.get('manifest.json');
  if (manifestFile === undefined) {
    const roots = new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''));
    const shown = [...roots].slice(0, 5).map((name) => `"${showName(name)}"`);
    // Beside the folder of the plugin the Finder of macOS writes one of its own, so that there are two.
    const finder = roots.has('__MACOSX') ? ' The Finder of macOS made this archive: pack with "proofpix pack".' : '';
    throw new Problem('manifest_missing', `At its root: ${shown.join(', ')}${roots.size > 5 ? ', …' : ''}.${finder}`);
  }
  const { manifest, main } = readManifest(manifestFile);
  if (!files.has(main)) throw new Problem('main_missing', `The manifest names "${showName(main)}".`);
  for (const [path, bytes] of files) {
    if (/^icon\.(png|svg)$/i.test(path) && bytes.length > iconBytes)
      throw refuseEntry('file_too_large', path, 'is over 512 kB');
    if (/^readme\.md$/i.test(path) && bytes.length > readmeBytes)
      throw refuseEntry('file_too_large', path, 'is over 1 MB');
  }
  return { manifest, main, warnings: [...manifestWarnings(manifest), ...packageJsonWarnings(files, manifest)] };
}

/** `npm pack` and most people put everything into one folder. */
function withoutTopFolder(files: Map<string, Uint8Array>): Map<string, Uint8Array> {
  if (files.has('manifest.json')) return files;
  const tops = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf('/') + 1)));
  const [top] = tops;
  if (tops.size !== 1 || top === undefined || top === '') return files;
  return new Map([...files].map(([path, bytes]) => [path.slice(top.length), bytes]));
}

function readmeOf(files: ReadonlyMap<string, Uint8Array>): string | null {
  for (const [path, bytes] of files) {
    if (/^readme\.md$/i.test(path)) return new TextDecoder().decode(bytes);
  }
  return null;
}

function packageJsonWarnings(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest): string[] {
  const file = files.get('package.json');
  if (file === undefined) return [];
  if (file.length > packageJsonBytes) return ['package.json is over 256 kB and was not read.'];
  let value: unknown;
  try {
    value = parseStrictJson(file);
  } catch (error) {
    if (error instanceof JsonFault) return [`package.json ${error.message}.`];
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['package.json is not an object.'];
  const warnings: string[] = [];
  const { name, version } = value as { name?: unknown; version?: unknown }; // an object, as just checked
  if (typeof version === 'string' && version !== manifest.version) {
    warnings.push(`package.json says version ${showName(version)}, the manifest ${manifest.version}.`);
  }
  const ownName = typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : null;
  if (ownName !== null && !ownName.includes(manifest.id)) {
    warnings.push(`package.json is named "${showName(ownName)}", the plugin ${manifest.id}.`);
  }
  return warnings;
}
