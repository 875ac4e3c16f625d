import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Manifest } from '@proofpix/contract/manifest';
import { projectRoot } from '../config.ts';

export type Template = {
  /** What the type adds to a manifest. */
  manifest: Partial<Manifest>;
  packageJson: object;
  /** The other files, as texts by path with `/`. */
  files: ReadonlyMap<string, string>;
};

const templates = join(projectRoot, 'sdk', 'templates');

/** The files that plugins of a type begin with: what all share, and what is its own. */
export async function readTemplate(type: Manifest['type']): Promise<Template> {
  const files = new Map([
    ...(await readFolder(join(templates, 'every-type'))),
    ...(await readFolder(join(templates, type))),
  ]);
  const take = (name: string): object => {
    const value = JSON.parse(files.get(name) ?? '{}') as object; // our own file
    files.delete(name);
    return value;
  };
  return { manifest: take('manifest.json'), packageJson: take('package.json'), files };
}

async function readFolder(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file): Promise<[string, string]> => {
      const path = relative(folder, file).split(sep).join('/');
      // npm takes files of these names out of packages, or gives them others.
      return [path.replace(/^_(npmrc|gitignore)$/, '.$1'), await readFile(file, 'utf8')];
    }),
  );
}
