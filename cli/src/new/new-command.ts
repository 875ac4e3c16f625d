import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { checkManifest, type Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import { accountName, callerDirectory, fromCaller } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';
import { paintFor } from '../terminal.ts';
import { licenceText, type Licence } from './licence.ts';
import { openSdkPackage } from './sdk-package.ts';
import { readTemplate } from './template.ts';

export type NewOptions = {
  type: Manifest['type'];
  id?: string;
  name?: string;
  author?: string;
  permission: Permission[];
  license: Licence;
  json: boolean;
};

/** Writes a plugin into a folder that is empty, whole or not at all. @throws CommandFailure, Problem `manifest_invalid` */
export async function createPlugin(path: string, options: NewOptions): Promise<void> {
  const folder = fromCaller(path);
  await refuseUsed(folder, path);
  const template = await readTemplate(options.type);
  const manifest = manifestOf(folder, options, template.manifest);
  const sdk = await openSdkPackage();
  const files = new Map<string, string | Uint8Array>([
    ['manifest.json', json({ $schema: './node_modules/@proofpix/sdk/contract/manifest.schema.json', ...manifest })],
    ['package.json', json(packageJson(manifest, template.packageJson, sdk.fileName))],
    [`vendor/${sdk.fileName}`, sdk.bytes],
  ]);
  for (const [name, text] of template.files) {
    files.set(
      name,
      text.replaceAll('{{id}}', manifest.id).replaceAll('{{name}}', () => manifest.name),
    );
  }
  const licence = licenceText(options.license, authorOf(options));
  if (licence !== null) files.set('LICENSE', licence);
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { flag: 'wx' });
  }
  say({ folder, manifest, files: [...files.keys()].sort() }, options.json);
}

async function refuseUsed(folder: string, path: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (found.length === 0) return;
  throw new CommandFailure(`The folder ${path} is not empty. Nothing was written.`, {
    hints: ['Name a folder that is not there yet.'],
  });
}

/** The manifest by its own rules, which a server asks too. @throws Problem `manifest_invalid` */
function manifestOf(folder: string, options: NewOptions, template: Partial<Manifest>): Manifest {
  const id = options.id ?? idOf(basename(folder));
  const { permissions = [], ...rest } = template;
  const { manifest, errors } = checkManifest({
    id,
    name: options.name ?? nameOf(id),
    version: '1.0.0',
    author: { name: authorOf(options) },
    main: 'index.js',
    ...rest,
    permissions: [...new Set([...permissions, ...options.permission])],
    proofpixVersion: '>=1.0.0',
    ...(options.license === 'none' ? {} : { license: options.license }),
  });
  if (manifest === null) throw new Problem('manifest_invalid', undefined, errors);
  return manifest;
}

function authorOf({ author }: NewOptions): string {
  return author ?? accountName();
}

/** `My Plugin` and `my_plugin` become `my-plugin`. What is too short or long is refused by the manifest's rule. */
function idOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

function nameOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function packageJson(manifest: Manifest, template: object, sdkFile: string): object {
  const { devDependencies, ...rest } = template as { devDependencies: Record<string, string> }; // our own file
  return {
    name: manifest.id,
    ...rest,
    license: manifest.license ?? 'UNLICENSED',
    // Until it is published, from the file beside: it goes wherever the plugin goes.
    devDependencies: { '@proofpix/sdk': `file:vendor/${sdkFile}`, ...devDependencies },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function say(
  { folder, manifest, files }: { folder: string; manifest: Manifest; files: string[] },
  asJson: boolean,
): void {
  const here = relative(callerDirectory(), folder) || '.';
  const next = [...(here === '.' ? [] : [`cd ${quoted(here)}`]), 'npm install', 'npm test'];
  const { id, name, type } = manifest;
  if (asJson) return console.log(printableJson({ folder, id, name, type, files, next }, 2));
  const paint = paintFor(process.stdout);
  console.log(`${paint.strong(printable(name))} (${id}) is written: ${files.length} files in ${printable(here)}.`);
  console.log('\nNext:');
  for (const step of next) console.log(`  ${printable(step)}`);
  console.log('\nThen change src/index.ts. "npm run pack" makes the package that a server installs.');
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
