import type { LoadBody } from '@proofpix/contract/wire';
import type { Resolution } from './guest/bridge.ts';
import { sourceText } from './wrapper.ts';

/** The modules that are there without being in the package, with the permission each needs. */
const builtIns: { readonly [name: string]: string | null } = {
  util: null,
  url: null,
  crypto: 'crypto',
  axios: 'http',
};

const extensions = ['', '.js', '.mjs', '.cjs', '.json'];
const indexes = ['/index.js', '/index.mjs', '/index.cjs', '/index.json'];

/** The files of the package and how names in `import` and `require` find them. Nothing outside of it exists. */
export class PackageFiles {
  readonly #files = new Map<string, Uint8Array>();
  readonly #caches = new Map<string, Uint8Array>();
  readonly #permissions: ReadonlySet<string>;

  constructor(body: LoadBody, bytes: Uint8Array) {
    this.#permissions = new Set(body.permissions);
    let offset = 0;
    for (const file of body.files) {
      this.#files.set(file.path, bytes.subarray(offset, offset + file.size));
      offset += file.size;
    }
    for (const { path, size } of body.caches ?? []) {
      this.#caches.set(path, bytes.subarray(offset, offset + size));
      offset += size;
    }
    if (offset !== bytes.length) throw new Error('The files of the load frame do not add up.');
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Text of a file, without a byte order mark. */
  text(path: string): string {
    return new TextDecoder().decode(this.#bytes(path));
  }

  /** Text of a file as it is compiled. */
  source(path: string): string {
    return sourceText(this.#bytes(path));
  }

  /** A code cache of a CommonJS file. Whoever made it has seen that the file parses alone. */
  codeCache(path: string): Uint8Array | undefined {
    return this.#caches.get(path);
  }

  #bytes(path: string): Uint8Array {
    const bytes = this.#files.get(path);
    if (bytes === undefined) throw new Error(`There is no file ${path} in the package.`);
    return bytes;
  }

  /** Kind of the module, and its path in the package, the built-in's name, or why there is none. */
  resolve(specifier: string, from: string): readonly [Resolution, string] {
    if (/^\.{1,2}(\/|$)/.test(specifier)) return this.#resolveRelative(specifier, from);
    const name = specifier.startsWith('node:') ? specifier.slice('node:'.length) : specifier;
    if (!Object.hasOwn(builtIns, name)) return ['missing', `${this.#notFound(specifier, from)} ${this.#allowed()}`];
    const permission = builtIns[name];
    if (permission !== null && permission !== undefined && !this.#permissions.has(permission)) {
      return ['denied', `The module '${name}' needs the permission "${permission}", which the plugin does not have.`];
    }
    return ['built-in', name];
  }

  /** Whether a file is an ES module, where its name or the nearest package.json says so. */
  declaredFormat(path: string): 'commonjs' | 'module' | 'json' | undefined {
    if (path.endsWith('.json')) return 'json';
    if (path.endsWith('.mjs')) return 'module';
    if (path.endsWith('.cjs')) return 'commonjs';
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const manifest = folder === '' ? 'package.json' : `${folder}/package.json`;
      if (this.#files.has(manifest)) {
        const type = this.#field(manifest, 'type');
        return type === 'module' || type === 'commonjs' ? type : undefined;
      }
      if (folder === '') return undefined;
    }
  }

  #resolveRelative(specifier: string, from: string): readonly [Resolution, string] {
    const target = join(folderOf(from), specifier);
    if (target === undefined) {
      return ['missing', `${this.#notFound(specifier, from)} It points outside the package.`];
    }
    // A trailing slash, or the package's own folder, can only mean a folder.
    const asFile = specifier.endsWith('/') || target === '' ? [] : extensions.map((extension) => target + extension);
    const prefix = target === '' ? '' : `${target}/`;
    const main = this.#has(`${prefix}package.json`) ? this.#field(`${prefix}package.json`, 'main') : undefined;
    const asMain = typeof main === 'string' ? mainCandidates(join(target, `./${main}`)) : [];
    const asFolder = indexes.map((index) => (target === '' ? index.slice(1) : target + index));
    const found = [...asFile, ...asMain, ...asFolder].find((path) => this.#has(path));
    if (found === undefined)
      return ['missing', `${this.#notFound(specifier, from)} There is no such file in the package.`];
    // 'commonjs' until the loader has looked at the source.
    return [this.declaredFormat(found) ?? 'commonjs', found];
  }

  #has(path: string): boolean {
    return this.#files.has(path);
  }

  #field(path: string, field: string): unknown {
    try {
      const value: unknown = JSON.parse(this.text(path));
      return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
        ? (value as { [field: string]: unknown })[field] // an own field
        : undefined;
    } catch {
      return undefined;
    }
  }

  #notFound(specifier: string, from: string): string {
    const shown = specifier.length > 200 ? `${specifier.slice(0, 200)}…` : specifier;
    return `Cannot find module '${shown}' (from ${from}).`;
  }

  #allowed(): string {
    const names = Object.entries(builtIns).map(([name, permission]) => {
      if (permission === null) return `'${name}'`;
      return `'${name}' (${this.#permissions.has(permission) ? 'permission' : 'needs the permission'} "${permission}")`;
    });
    return `A plugin can use its own files by relative paths, and ${names.join(', ')}. Bundle other packages into it.`;
  }
}

function mainCandidates(path: string | undefined): string[] {
  return path === undefined
    ? []
    : [...extensions.map((extension) => path + extension), ...indexes.map((index) => path + index)];
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '' : path.slice(0, end);
}

/** Joins inside the package; undefined where the path leaves it. */
function join(folder: string, relative: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
