import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import type { Manifest } from '@proofpix/contract/manifest';
import { readManifest } from '@proofpix/scanner/read-manifest';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';
import { bundle, type ModuleFormat } from './bundle.ts';
import { companions } from './companions.ts';
import type { SourcePackage } from './module-source.ts';
import { thirdPartyNotices } from './third-party-notices.ts';
import { writeArchive, type WrittenFormat } from './write-archive.ts';

export type PackedPlugin = {
  archive: Uint8Array;
  /** `<id>-<version>.zip` or `.tgz` */
  fileName: string;
  /** Identity of the package, as every reader of the archive computes it. */
  digest: string;
  /** Every file that it was made from, for whoever keeps it: while none of them changes, it is what would be made again. */
  sources: string[];
  /** The archive as the intake read it. */
  plugin: Package;
  /** What of npm is in the main file. */
  bundled: { name: string; version: string; license: string | null }[];
};

/**
 * Packs the plugin in a directory: bundles its code and npm dependencies into the manifest's main file and writes the
 * canonical archive. The same sources give the same bytes, wherever they lie.
 *
 * The code starts at the main file itself when it exists, else at the same name in TypeScript, else in `src/`.
 * @throws Problem `manifest_missing`, `manifest_invalid`, `main_missing`, `pack_failed` or `package_refused`
 * @example const { archive, fileName } = await packPlugin('plugins/exif-reader');
 */
export async function packPlugin(directory: string, options: { format?: WrittenFormat } = {}): Promise<PackedPlugin> {
  const { format: written = 'zip' } = options;
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) throw new Problem('manifest_missing');
  const manifestBytes = readFileSync(manifestFile);
  const { manifest, main } = readManifest(manifestBytes);
  const { code, map, format, dependencies, modules } = await bundle({
    directory,
    entry: findEntry(directory, main),
    main,
  });

  const files = new Map<string, Uint8Array>();
  const addText = (path: string, text: string) => void files.set(path, Buffer.from(text));
  files.set('manifest.json', manifestBytes);
  addText(main, code);
  addText(`${main}.map`, map);
  addText('package.json', packageJson(manifest, main, format, dependencies));
  const notices = thirdPartyNotices(dependencies);
  if (notices !== null) addText('THIRD-PARTY-NOTICES.md', notices);
  const beside = companions(directory);
  for (const path of beside) files.set(path, readFileSync(join(directory, path)));

  const archive = await writeArchive(files, written);
  const fileName = `${manifest.id}-${manifest.version}.${written}`;
  // Read back by the very intake that will judge it: what cannot be installed cannot be packed.
  const plugin = await readPackage(archive, { fileName });
  const strangers = dependencies.filter((source) => !source.private);
  const bundled = strangers.map(({ name, version, license }) => ({ name, version, license }));
  const sources = [manifestFile, ...beside.map((path) => join(directory, path)), ...modules];
  return { archive, fileName, digest: plugin.digest, sources, plugin, bundled };
}

function findEntry(directory: string, main: string): string {
  const stem = main.replace(/\.[cm]?js$/, '');
  const candidates = [main, `${stem}.ts`, `src/${basename(stem)}.ts`, `src/${basename(main)}`];
  const found = candidates.find((path) => existsSync(join(directory, path)));
  if (found === undefined) throw new Problem('main_missing', `Looked for ${candidates.join(', ')}.`);
  return resolve(directory, found);
}

/** What the dependency audit reads: exactly the packages in the bundle, in exactly these versions. */
function packageJson(
  manifest: Manifest,
  main: string,
  format: ModuleFormat,
  dependencies: readonly SourcePackage[],
): string {
  const strangers = dependencies.filter((source) => !source.private);
  const fields = {
    name: manifest.id,
    version: manifest.version,
    private: true,
    ...(manifest.license === undefined ? {} : { license: manifest.license }),
    type: format,
    main,
    dependencies: Object.fromEntries(strangers.map(({ name, version }) => [name, version])),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
