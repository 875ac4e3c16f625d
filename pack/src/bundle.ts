import { isBuiltin } from 'node:module';
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import type { Plugin, RolldownBuild } from 'rolldown';
import { createModuleSources, type SourcePackage } from './module-source.ts';

/** Modules that the runner offers; everything else of Node does not exist inside a plugin. */
const offered = ['util', 'url', 'crypto', 'axios'];

export type ModuleFormat = 'commonjs' | 'module';
export type Bundle = {
  code: string;
  map: string;
  format: ModuleFormat;
  dependencies: SourcePackage[];
  /** Every file of this machine that was read for it, also those of which nothing is left in it. */
  modules: string[];
};

/**
 * One file with everything the plugin imports, tree-shaken and readable (reviewers read it), and its source map. Both
 * name files by package, never by where they lie on this machine.
 * @throws Problem `pack_failed`
 */
export async function bundle(options: { directory: string; entry: string; main: string }): Promise<Bundle> {
  const directory = realpathSync(options.directory);
  const sources = createModuleSources(directory);
  // Loaded when it is needed: half of its cost is reading the native binding, and installing never packs.
  const { rolldown } = await import('rolldown');
  try {
    await using build = await rolldown({
      cwd: directory,
      input: options.entry,
      // Neither Node's modules nor a browser's globals: the nearest condition names are the web's.
      platform: 'browser',
      tsconfig: false,
      // A font has no other way in: plugins read no files of their package. It becomes a text that `atob` takes.
      moduleTypes: { '.ttf': 'base64' },
      logLevel: 'silent',
      plugins: [onlyOfferedModules(sources.nameOf)],
      // Region comments would carry paths of this machine.
      experimental: { attachDebugInfo: 'none' },
    });
    const generate = async (format: ModuleFormat) => {
      const { output } = await build.generate({
        format: format === 'commonjs' ? 'cjs' : 'es',
        strict: true,
        entryFileNames: options.main,
        codeSplitting: false,
        sourcemap: true,
        sourcemapExcludeSources: true,
        sourcemapPathTransform: (source, mapFile) =>
          isVirtual(source) ? 'rolldown-runtime.js' : sources.nameOf(resolve(dirname(mapFile), source)),
        minify: false,
      });
      return output;
    };
    const { format, output } = await inBestFormat(options.main, generate);
    const [chunk, ...others] = output;
    if (others.some((file) => file.type === 'chunk'))
      throw new Problem('pack_failed', 'It does not fit into one file.');
    const dependencies = new Map<string, SourcePackage>();
    for (const id of chunk.moduleIds) {
      const source = isVirtual(id) ? null : sources.packageOf(id);
      if (source !== null) dependencies.set(`${source.name}@${source.version}`, source);
    }
    return {
      code: chunk.code,
      map: chunk.map?.toString() ?? '',
      format,
      modules: (await build.watchFiles).filter((id) => !isVirtual(id)),
      dependencies: [...dependencies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source),
    };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('pack_failed', readable(error, directory));
  }
}

type Output = Awaited<ReturnType<RolldownBuild['generate']>>['output'];

/**
 * CommonJS where it says the same: the sandbox starts it several times quicker, because only scripts can have a code
 * cache there. What CommonJS cannot say stays an ES module: top-level await, and a default beside other exports.
 */
async function inBestFormat(
  main: string,
  generate: (format: ModuleFormat) => Promise<Output>,
): Promise<{ format: ModuleFormat; output: Output }> {
  if (main.endsWith('.cjs')) return { format: 'commonjs', output: await generate('commonjs') };
  const module = { format: 'module', output: await generate('module') } as const;
  if (main.endsWith('.mjs')) return module;
  const names = module.output[0].exports;
  if (names.includes('default') && names.length > 1) return module;
  try {
    return { format: 'commonjs', output: await generate('commonjs') };
  } catch {
    return module; // it waits at its top level
  }
}

/** Rolldown's own helpers. */
function isVirtual(id: string): boolean {
  return id.includes('\0') || id.includes('rolldown/runtime');
}

function onlyOfferedModules(nameOf: (file: string) => string): Plugin {
  return {
    name: 'only-offered-modules',
    async resolveId(specifier, importer, { kind }) {
      const name = specifier.replace(/^node:/, '');
      const by = importer === undefined ? '' : ` ${nameOf(importer)} imports it.`;
      if (isBuiltin(specifier)) {
        if (offered.includes(name)) return { id: name, external: true };
        throw new Problem('pack_failed', `Plugins have no module "${name}".${by}`);
      }
      // A package that the author installed is bundled, axios too; without it, the runner's own is meant.
      const found = await this.resolve(specifier, importer, { skipSelf: true });
      if (found !== null) return found;
      // `require` of something optional stands inside `try`: it may fail where it runs.
      if (offered.includes(name) || kind === 'require-call') return { id: specifier, external: true };
      throw new Problem('pack_failed', `"${specifier}" cannot be found.${by}`);
    },
  };
}

/** The bundler's messages with colours and this machine's folders taken out. */
function readable(error: unknown, directory: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const problem = /(?:Plugins have no module "|"[^"\n]*" cannot be found)[^\n]*/.exec(message)?.[0];
  // oxlint-disable-next-line no-control-regex -- terminal colours are control characters
  const plain = (problem ?? message).replace(/\u001b\[[0-9;]*m/g, '').replaceAll(`${directory}/`, '');
  return plain.trim().slice(0, 2_000);
}
