import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isBuiltInHook } from '@proofpix/contract/hooks';
import { permissionNames } from '@proofpix/contract/permissions';
import { writeArchive } from '@proofpix/pack/write-archive';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';

/** Milliseconds a hook of a snippet may take: long enough for what waits a little, short enough for what never ends. */
export const snippetTimeout = 1_500;

const codeNames = ['index.js', 'index.cjs', 'index.mjs', 'main.js', 'plugin.js'];

/**
 * Makes a package around a snippet and takes it in as the server does: archive policy, structure, manifest, identity.
 * @throws Problem when the intake refuses it
 */
export async function packageSnippet(options: {
  path: string;
  id: string;
  hooks: readonly string[];
}): Promise<Package> {
  const { path, id, hooks } = options;
  const files = (await stat(path)).isDirectory() ? await readFolder(path, '') : await readSingle(path);
  files.delete('manifest.json');
  const manifest = {
    id,
    name: `Snippet ${id}`,
    version: '1.0.0',
    description: 'A snippet of the corpus, packed as a plugin',
    author: 'Corpus',
    main: codeNames.find((name) => files.has(name)) ?? [...files.keys()][0] ?? 'index.js',
    type: 'processor',
    category: 'file-processing',
    // Everything that needs no network: what is not granted cannot be abused.
    permissions: permissionNames.filter((name) => name !== 'http'),
    hooks,
    customHooks: Object.fromEntries(hooks.filter((name) => name.startsWith(`${id}:`)).map((name) => [name, {}])),
    limits: { timeout: snippetTimeout, memory: 96 },
  };
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return readPackage(await writeArchive(files));
}

/** Names that look like custom hooks in the text of a snippet: their first part has to be the plugin's id. */
export async function customHooksIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isFile()) return [];
  const text = await readFile(path, 'utf8');
  const found = [...text.matchAll(/['"`]([a-z0-9][a-z0-9-]{1,48}[a-z0-9]:[a-z0-9][a-z0-9-]{0,48})['"`]/g)];
  const names = found.map((match) => match[1] ?? '').filter((name) => !isBuiltInHook(name));
  return [...new Set(names)];
}

async function readSingle(path: string): Promise<Map<string, Uint8Array>> {
  const ending = extname(path);
  const name = /^[\w.-]{1,100}\.[cm]?js$/.test(basename(path))
    ? basename(path)
    : `index${ending === '' ? '.cjs' : ending}`;
  return new Map([[name, await readFile(path)]]);
}

async function readFolder(folder: string, prefix: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      for (const [name, bytes] of await readFolder(path, `${prefix}${entry.name}/`)) files.set(name, bytes);
    else if (entry.isFile()) files.set(`${prefix}${entry.name}`, await readFile(path));
  }
  return files;
}
