import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Fields = { version: string; dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> };

function readFields(file: string): Fields {
  return JSON.parse(readFileSync(file, 'utf8')) as Fields; // a package.json of ours, or one that npm installed
}

/** The modules that authors import, by the name behind `@proofpix/sdk/`. */
export const entries = {
  'define-plugin': 'sdk/src/define-plugin.ts',
  context: 'sdk/src/context.ts',
  hooks: 'sdk/src/hooks.ts',
  'test-host': 'sdk/src/test-host.ts',
  'sample-photo': 'sdk/src/sample-photo.ts',
} as const;

/** `package.json` of the published package: it names what its modules import, in exactly the versions of the checkout. */
export function packageJson(root: string, imported: ReadonlySet<string>): object {
  // The runner opens it by its path, and the declarations speak of TypeBox.
  const needed = [...imported, 'isolated-vm', 'typebox'];
  const versionOf = (name: string) => readFields(join(root, 'node_modules', name, 'package.json')).version;
  const own = readFields(join(root, 'sdk', 'package.json'));
  return {
    name: '@proofpix/sdk',
    version: own.version,
    description: 'Types, test host and command line for plugins of ProofPix',
    license: 'Apache-2.0',
    type: 'module',
    bin: { proofpix: 'cli/bin/proofpix.mjs', 'proofpix-node': 'sdk/bin/proofpix-node.mjs' },
    exports: {
      ...Object.fromEntries(
        Object.entries(entries).map(([name, source]) => {
          const module = `./${source.replace(/\.ts$/, '')}`;
          return [`./${name}`, { types: `${module}.d.ts`, default: `${module}.js` }];
        }),
      ),
      './manifest.schema.json': './contract/manifest.schema.json',
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries([...new Set(needed)].sort().map((name) => [name, versionOf(name)])),
    // Node 24, found by its path: see scripts/node.mjs.
    optionalDependencies: readFields(join(root, 'package.json')).optionalDependencies ?? {},
    engines: { node: '>=20' },
  };
}

export function tarballName(root: string): string {
  return `proofpix-sdk-${readFields(join(root, 'sdk', 'package.json')).version}.tgz`;
}
