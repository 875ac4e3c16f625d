import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const runtime = '_virtual/rolldown/runtime.js';
const runtimeImport = /^import "[./]*_virtual\/rolldown\/runtime\.js";\n/m;
const isEmpty = (file: { type: string; exports?: string[] } | undefined) => file?.exports?.length === 0;

const ours = /^@proofpix\/([^/]+)\/(.+)$/;

/**
 * Everything that the entries reach of our own packages as plain JavaScript, each module in the place it has in the
 * checkout: code finds files beside itself, and stacks name them. Other packages stay imports.
 *
 * @returns the names of the packages that are imported
 */
export async function bundleModules(root: string, entries: readonly string[], target: string): Promise<Set<string>> {
  const imported = new Set<string>();
  await using build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [entry.replace(/\.ts$/, ''), join(root, entry)])),
    platform: 'node',
    tsconfig: false,
    experimental: { attachDebugInfo: 'none' },
    plugins: [
      {
        name: 'our-own-packages',
        resolveId(specifier) {
          const [, folder, path] = ours.exec(specifier) ?? [];
          if (folder !== undefined) return join(root, folder, 'src', `${path}.ts`);
          if (specifier.startsWith('.') || specifier.startsWith('/')) return null;
          if (!isBuiltin(specifier)) imported.add(packageName(specifier));
          return { id: specifier, external: true };
        },
        generateBundle(_options, output) {
          // It asks for Node's own modules, which do not exist inside of a plugin, and nothing of ours uses it.
          if (runtime in output && !isEmpty(output[runtime])) throw new Error('The bundler needs its runtime.');
          delete output[runtime];
          for (const file of Object.values(output)) {
            if (file.type === 'chunk') file.code = file.code.replace(runtimeImport, '');
          }
        },
      },
    ],
  });
  await build.write({
    dir: target,
    format: 'es',
    preserveModules: true,
    preserveModulesRoot: root,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    sanitizeFileName: (name) => name.replaceAll('\0', ''),
    minify: false,
  });
  return imported;
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
