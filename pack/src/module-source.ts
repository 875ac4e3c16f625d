import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The npm package that a module of the bundle comes from. */
export type SourcePackage = {
  root: string;
  name: string;
  version: string;
  license: string | null;
  /** Where its source can be had. */
  repository: string | null;
  private: boolean;
};

/** Tells which package a file on this machine belongs to, and a name for the file that says nothing about the machine. */
export type ModuleSources = {
  /** `null` for the plugin's own files. */
  packageOf(file: string): SourcePackage | null;
  /** `src/index.ts`, or `exifreader/src/tags.js` for a dependency, wherever npm put it. */
  nameOf(file: string): string;
};

export function createModuleSources(pluginDirectory: string): ModuleSources {
  const own = realpathSync(pluginDirectory);
  const known = new Map<string, SourcePackage | null>();

  function packageOf(file: string): SourcePackage | null {
    return find(dirname(file));
  }

  function find(folder: string): SourcePackage | null {
    if (folder === own) return null;
    const before = known.get(folder);
    if (before !== undefined) return before;
    const parent = dirname(folder);
    const found = readSourcePackage(folder) ?? (parent === folder ? null : find(parent));
    known.set(folder, found);
    return found;
  }

  return {
    packageOf,
    nameOf(file) {
      const source = packageOf(file);
      const path = relative(source?.root ?? own, file)
        .split(sep)
        .join('/');
      return source === null ? path : `${source.name}/${path}`;
    },
  };
}

/** Only a package.json with name and version is one: packages put others inside to switch the module system. */
function readSourcePackage(folder: string): SourcePackage | null {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return null;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>; // an object, as just checked
  if (typeof fields.name !== 'string' || typeof fields.version !== 'string') return null;
  return {
    root: folder,
    name: fields.name,
    version: fields.version,
    license: typeof fields.license === 'string' ? fields.license : null,
    repository: repositoryOf(fields.repository),
    // The platform's own is told of by the manifest: a licence in each plugin, and an audit, would say nothing.
    private: fields.private === true || fields.name === '@proofpix/sdk',
  };
}

function repositoryOf(value: unknown): string | null {
  const url = typeof value === 'object' && value !== null && 'url' in value ? value.url : value;
  return typeof url === 'string' ? url.replace(/^git\+/, '').replace(/\.git$/, '') : null;
}
