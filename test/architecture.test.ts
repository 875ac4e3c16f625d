import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Which package may import which. What is not listed is forbidden. */
const allowedEdges: Record<string, readonly string[]> = {
  contract: [],
  runner: ['contract'],
  host: ['contract'],
  scanner: ['contract'],
  pixels: [],
  samples: ['pixels'],
  evidence: ['contract'],
  pack: ['contract', 'scanner'],
  intake: ['contract', 'host', 'scanner', 'pack'],
  signatures: ['contract', 'scanner'],
  // Beyond the contract only what testHost below names.
  sdk: ['contract', 'host', 'scanner', 'pack', 'samples'],
  cli: ['contract', 'host', 'scanner', 'pack', 'intake', 'samples', 'evidence', 'signatures'],
  server: ['contract', 'host', 'scanner', 'pack', 'intake', 'samples', 'evidence', 'signatures'],
  web: ['contract'],
};

/** The part of the sdk that tests import. What plugins import must stay free of everything that runs them. */
const testHost = /^sdk\/(src\/(test-host(\/.*|\.ts)|sample-photo\.ts)|conformance\/|build\/|build\.ts)/;

/** Which layer of the server may import which. `http` and `context` see all below them. */
const serverLayers: Record<string, readonly string[]> = {
  main: ['start', 'open-data', 'config', 'features', 'operator-error'],
  // Run by the install, on its own.
  prepare: ['features', 'db', 'queue', 'log'],
  start: ['context', 'open-data', 'config', 'features', 'operator-error'],
  context: [
    'http',
    'features',
    'open-data',
    'db',
    'queue',
    'redis',
    'objects',
    'keys',
    'events',
    'log',
    'config',
    'operator-error',
  ],
  'open-data': ['db', 'objects', 'keys', 'config', 'operator-error'],
  http: ['features', 'db', 'redis', 'objects', 'keys', 'events', 'log', 'config', 'operator-error'],
  features: [
    'features',
    'http',
    'db',
    'queue',
    'redis',
    'objects',
    'keys',
    'events',
    'log',
    'config',
    'operator-error',
  ],
  queue: ['db', 'log', 'config', 'operator-error'],
  redis: ['log', 'config'],
  objects: ['config', 'log', 'operator-error'],
  keys: ['config', 'log', 'operator-error'],
  db: ['log', 'config', 'operator-error'],
  events: ['log', 'config'],
  log: ['config'],
  config: ['operator-error'],
  'operator-error': [],
};

const packages = [...Object.keys(allowedEdges), 'plugins'];

type Source = { path: string; text: string; imports: string[] };

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourceFiles(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) ? [path] : [];
  });
}

/** All import specifiers of a file, type imports included: a cycle of types is a cycle. */
function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The file inside the project that an import means, or undefined for a library. */
function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const ours = /^@proofpix\/([^/]+)\/(.+)$/.exec(specifier);
  if (ours) return `${ours[1]}/src/${ours[2]}.ts`;
  return undefined;
}

const sources: Source[] = [...packages, 'test', 'scripts', 'bench', 'corpus', 'fuzz', 'soak']
  .flatMap(sourceFiles)
  .map((path) => path.split(sep).join('/'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: importsOf(text) };
  });
const byPath = new Map(sources.map((source) => [source.path, source]));
const isTest = (path: string) => /(^|\/)test\//.test(path) || /\.(test|e2e)\./.test(path);
const production = sources.filter(({ path }) => !isTest(path) && packages.includes(path.split('/')[0] ?? ''));

describe('the architecture', () => {
  test('is checked on every source file: the check sees them and their imports', () => {
    const imports = sources.reduce((sum, source) => sum + source.imports.length, 0);
    console.log(`architecture: ${sources.length} files, ${imports} imports, ${production.length} of them not tests`);
    expect(sources.length).toBeGreaterThan(150);
    expect(imports).toBeGreaterThan(500);
    for (const name of packages)
      expect(
        production.some(({ path }) => path.startsWith(`${name}/`)),
        name,
      ).toBe(true);
  });

  test('lets a package import only the packages below it', () => {
    const wrong = production.flatMap(({ path, imports }) => {
      const from = path.split('/')[0] ?? '';
      return imports.flatMap((specifier) => {
        const target = resolveImport(path, specifier);
        const to = target?.split('/')[0];
        if (to === undefined || to === from) return [];
        // First-party plugins live under the same rules as strangers: the sdk, and the decoders that know nothing of it.
        const allowed = from === 'plugins' ? ['sdk', 'pixels'] : (allowedEdges[from] ?? []);
        return allowed.includes(to) ? [] : [`${path} imports ${specifier}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('lets plugins reach the contract alone: neither they nor what they import of the sdk knows the test host', () => {
    const wrong = production
      .filter(({ path }) => path.startsWith('plugins/') || (path.startsWith('sdk/') && !testHost.test(path)))
      .flatMap(({ path, imports }) =>
        imports
          .map((specifier) => resolveImport(path, specifier) ?? '')
          .filter((target) => testHost.test(target) || /^(host|scanner|pack|samples)\//.test(target))
          .map((target) => `${path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test('lets a layer of the server import only the layers below it', () => {
    const layerOf = (path: string) => /^server\/src\/([^/.]+)/.exec(path)?.[1];
    const wrong = production.flatMap(({ path, imports }) => {
      const from = layerOf(path);
      if (from === undefined) return [];
      return imports.flatMap((specifier) => {
        const to = layerOf(resolveImport(path, specifier) ?? '');
        if (to === undefined || to === from) return [];
        return serverLayers[from]?.includes(to) ? [] : [`${path} imports ${specifier}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('lets a feature reach another feature only through its use cases and queries', () => {
    const featureOf = (path: string) => /^server\/src\/features\/([^/]+)\//.exec(path)?.[1];
    const wrong = production.flatMap(({ path, imports }) => {
      const from = featureOf(path);
      if (from === undefined) return [];
      return imports.flatMap((specifier) => {
        const target = resolveImport(path, specifier) ?? '';
        const to = featureOf(target);
        if (to === undefined || to === from) return [];
        const file = posix.basename(target);
        return file === 'queries.ts' || /^[a-z]+(-[a-z]+)+\.ts$/.test(file) ? [] : [`${path} imports ${specifier}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('lets the pure parts of the web app know nothing of ours', () => {
    const wrong = production
      .filter(({ path }) => path.startsWith('web/src/ui/'))
      .flatMap(({ path, imports }) =>
        imports
          .map((specifier) => resolveImport(path, specifier))
          .filter((target) => target !== undefined && !target.startsWith('web/src/ui/'))
          .map((target) => `${path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test('has no import cycles, types included', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    function visit(path: string, trail: readonly string[]): void {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      const source = byPath.get(path);
      for (const specifier of source?.imports ?? []) {
        const target = resolveImport(path, specifier);
        if (target !== undefined && byPath.has(target)) visit(target, [...trail, path]);
      }
      state.set(path, 'done');
    }
    for (const { path } of sources) visit(path, []);
    expect(cycles).toEqual([]);
  });

  test('resolves every import of our own packages to a file that exists', () => {
    const missing = sources.flatMap(({ path, imports }) =>
      imports
        .map((specifier) => resolveImport(path, specifier))
        .filter((target) => target !== undefined && /\.tsx?$/.test(target) && !byPath.has(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test('keeps files at 400 lines or less', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  test('reads process.env only in config files', () => {
    const wrong = production
      .filter(({ path, text }) => /\bprocess\.env\b/.test(text) && posix.basename(path) !== 'config.ts')
      // The analysis of plugins names it: that is what it looks for.
      .filter(({ path }) => !path.startsWith('scanner/src/code/'))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  test('writes SQL only in queries.ts and in the database folder', () => {
    const sqlText = /\bsql(<[^>]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/;
    const wrong = production
      .filter(({ path, text }) => path.startsWith('server/src/') && sqlText.test(text))
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('server/src/db/') && posix.basename(path) !== 'queries.ts');
    expect(wrong).toEqual([]);
  });

  test('never loads the isolate library outside the runner', () => {
    const wrong = production
      .filter(({ path, imports }) => !path.startsWith('runner/') && imports.includes('isolated-vm'))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  test('never imports a test or a fake into production', () => {
    const wrong = production.flatMap(({ path, imports }) =>
      imports
        .map((specifier) => resolveImport(path, specifier))
        .filter((target) => target !== undefined && isTest(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('has no folder or file with a name that means nothing', () => {
    const empty = /(^|\/)(utils?|helpers?|manager|service|common|misc|base|types)(\/|\.tsx?$)/;
    // The database's type parsers, by that field's name; the module that plugins know as 'util'.
    const allowed = new Set(['server/src/db/types.ts', 'runner/src/guest/modules/util.ts']);
    expect(sources.map(({ path }) => path).filter((path) => empty.test(path) && !allowed.has(path))).toEqual([]);
  });
});

test('the project tree holds no path of a machine', () => {
  const seeds = readdirSync(join(root, 'fuzz/seeds')).map((name) => ({
    path: `fuzz/seeds/${name}`,
    text: readFileSync(join(root, 'fuzz/seeds', name), 'utf8'),
  }));
  const wrong = [
    ...sources.filter(({ text }) => /[\s'"`(=]\/(work|home|root)\/[a-z]/.test(text)),
    // The stacks in them name files as Node does.
    ...seeds.filter(({ text }) => /\/(work|home|root)\/[a-z]|file:\/\//.test(text)),
  ].map(({ path }) => path);
  expect(wrong.map((path) => relative('.', path))).toEqual([]);
});
