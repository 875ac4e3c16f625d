import { isBuiltin } from 'node:module';
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import type { Plugin } from 'rolldown';
import { createModuleSources, type SourcePackage } from './module-source.ts';

/** Modules that the runner offers; everything else of Node does not exist inside a plugin. */
const offered = ['util', 'url', 'crypto', 'axios'];

export type Bundle = { code: string; map: string; dependencies: SourcePackage[] };

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
      logLevel: 'silent',
      plugins: [onlyOfferedModules(sources.nameOf)],
      // Region comments would carry paths of this machine.
      experimental: { attachDebugInfo: 'none' },
    });
    const { output } = await build.generate({
      format: options.main.endsWith('.cjs') ? 'cjs' : 'es',
      entryFileNames: options.main,
      codeSplitting: false,
      sourcemap: true,
      sourcemapExcludeSources: true,
      sourcemapPathTransform: (source, mapFile) =>
        isVirtual(source) ? 'rolldown-runtime.js' : sources.nameOf(resolve(dirname(mapFile), source)),
      minify: false,
    });
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
      dependencies: [...dependencies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source),
    };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('pack_failed', readable(error, directory));
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
