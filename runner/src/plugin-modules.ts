import type ivm from 'isolated-vm';
import type { Resolution } from './guest/bridge.ts';
import { guestAddress } from './guest-source.ts';
import type { PackageFiles } from './package-files.ts';
import { wrapped, wrapperHead } from './wrapper.ts';

const onlyReturn = 'return;';
/** What V8 says of a file that can only be an ES module: the same test as Node's own detection. */
const onlyInModules =
  /Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module|await is only valid in async functions/;

/** An error whose message is meant for the author of the plugin. */
export class LoadError extends Error {
  readonly code: 'plugin_load_failed' | 'permission_denied';

  constructor(code: 'plugin_load_failed' | 'permission_denied', message: string) {
    super(message);
    this.code = code;
  }
}

type World = {
  isolate: ivm.Isolate;
  context: ivm.Context;
  /** Modules of the guest, already evaluated or linked on demand. */
  guestModule(address: string): ivm.Module;
  /** A second copy of an entry, to be linked with one target. */
  compileGuest(address: string): ivm.Module;
  defineCommonJs(path: string, wrapper: ivm.Reference): void;
  exportedNames(path: string): string[];
  copy(bytes: Uint8Array): ivm.ExternalCopy<ArrayBuffer>;
};

/** Compiles and links the files of the package, each when it is first needed. */
export class PluginModules {
  readonly #world: World;
  readonly #files: PackageFiles;
  readonly #compiled = new Map<string, ivm.Module>();
  readonly #paths = new Map<ivm.Module, string>();
  readonly #shims = new Map<string, ivm.Module>();
  /** CommonJS files that are known to parse alone. */
  readonly #parsed = new Set<string>();
  readonly #formats = new Map<string, 'commonjs' | 'module' | 'json'>();

  constructor(world: World, files: PackageFiles) {
    this.#world = world;
    this.#files = files;
  }

  format(path: string): 'commonjs' | 'module' | 'json' {
    const known = this.#formats.get(path) ?? this.#files.declaredFormat(path);
    const format = known ?? (this.#parsesAsModuleOnly(path) ? 'module' : 'commonjs');
    this.#formats.set(path, format);
    return format;
  }

  resolve(specifier: string, from: string): readonly [Resolution, string] {
    const found = this.#files.resolve(specifier, from);
    return found[0] === 'commonjs' ? [this.format(found[1]), found[1]] : found;
  }

  /** Compiles a CommonJS file and hands its function to the guest. */
  compileCommonJs(path: string): void {
    const { isolate, context } = this.#world;
    const source = this.#files.source(path);
    const cache = this.#files.codeCache(path);
    if (cache === undefined) this.#parseAlone(path, source);
    // The library's own types leave out what it says about the cache.
    const script: ivm.Script & { cachedDataRejected?: boolean } = isolate.compileScriptSync(wrapped(source), {
      filename: path,
      columnOffset: -wrapperHead.length,
      ...(cache === undefined ? {} : { cachedData: this.#world.copy(cache) }),
    });
    // V8 took the text instead: what the cache stood for is not known of it.
    if (cache !== undefined && script.cachedDataRejected !== false) this.#parseAlone(path, source);
    this.#world.defineCommonJs(path, script.runSync(context, { reference: true }));
    script.release();
  }

  /** Evaluates an ES module together with what it imports; `entry` runs after it and receives its namespace. */
  evaluate(path: string, entry: 'entry-main' | 'entry-require'): void {
    const target = this.#compileModule(path);
    const entryAddress = guestAddress(entry);
    const module = this.#world.compileGuest(entryAddress);
    module.instantiateSync(this.#world.context, (specifier, referrer) => {
      if (referrer !== module) return this.#link(specifier, referrer);
      return specifier === 'plugin:target' ? target : this.#world.guestModule(new URL(specifier, entryAddress).href);
    });
    module.evaluateSync();
  }

  /**
   * A wrapped file is parsed on its own first: `}); evil(` would be valid inside the wrapper, and a scanner that read
   * the file alone would have refused it. Attack: test/escape/wrapper-breakout.test.ts.
   */
  #parseAlone(path: string, source: string): void {
    if (this.#parsed.has(path)) return;
    this.#world.context.evalClosureSync(onlyReturn + source, [], { filename: path, columnOffset: -onlyReturn.length });
    this.#parsed.add(path);
  }

  #parsesAsModuleOnly(path: string): boolean {
    if (this.#files.codeCache(path) !== undefined) return false;
    try {
      this.#parseAlone(path, this.#files.source(path));
      return false;
    } catch (error) {
      return error instanceof Error && onlyInModules.test(error.message);
    }
  }

  #compileModule(path: string): ivm.Module {
    const known = this.#compiled.get(path);
    if (known !== undefined) return known;
    const module = this.#world.isolate.compileModuleSync(this.#files.text(path), { filename: path });
    this.#compiled.set(path, module);
    this.#paths.set(module, path);
    return module;
  }

  #link(specifier: string, referrer: ivm.Module): ivm.Module {
    const from = this.#paths.get(referrer);
    // Only shims have no path: they import one door of the guest, by a name that no file of a package can resolve.
    if (from === undefined) return this.#world.guestModule(guestAddress('commonjs'));
    const [kind, target] = this.resolve(specifier, from);
    if (kind === 'module') return this.#compileModule(target);
    if (kind === 'commonjs' || kind === 'json') return this.#shim(kind, target);
    if (kind === 'built-in') return this.#world.guestModule(guestAddress(`modules/${target}`));
    throw new LoadError(kind === 'denied' ? 'permission_denied' : 'plugin_load_failed', target);
  }

  /**
   * An ES module that gives what a CommonJS or JSON file exports. An isolate has no synthetic modules, so this glue is
   * the one piece of source that is put together here: from JSON-quoted names only.
   */
  #shim(kind: 'commonjs' | 'json', path: string): ivm.Module {
    const known = this.#shims.get(path);
    if (known !== undefined) return known;
    const door = kind === 'commonjs' ? 'commonJsExports' : 'jsonExports';
    const lines = [
      `import { ${door} as read } from 'proofpix:commonjs';`,
      `const exported = read(${JSON.stringify(path)});`,
      'export default exported;',
    ];
    const names = kind === 'commonjs' ? this.#world.exportedNames(path) : [];
    names.forEach((name, index) => {
      lines.push(
        `const v${index} = exported[${JSON.stringify(name)}]; export { v${index} as ${JSON.stringify(name)} };`,
      );
    });
    const module = this.#world.isolate.compileModuleSync(lines.join('\n'), { filename: 'proofpix:import' });
    this.#shims.set(path, module);
    return module;
  }
}
