import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';

const specifier = /(?<before>\bfrom '|\bimport\(["'])(?<name>[^"']+)(?=["'])/g;

/**
 * Declarations of everything that the entries speak of, in the places of their modules, so that an editor needs nothing of
 * the checkout. Types were checked before: here they are only written.
 */
export async function writeDeclarations(root: string, entries: readonly string[], target: string): Promise<void> {
  const draft = join(target, '..', 'declarations');
  await mkdir(draft, { recursive: true });
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: draft,
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    exclude: [],
    // Packages of the workspace count as somebody else's unless they are named.
    include: ['contract', 'host', 'scanner', 'pack', 'sdk'].map((name) => join(root, name, 'src', '**', '*.ts')),
  };
  const configFile = join(draft, 'tsconfig.json');
  await writeFile(configFile, JSON.stringify(config));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', configFile], { cwd: root });

  const seen = new Set<string>();
  async function take(module: string): Promise<void> {
    if (seen.has(module)) return;
    seen.add(module);
    const text = await readFile(join(draft, `${module}.d.ts`), 'utf8');
    const reached: string[] = [];
    const written = text.replaceAll(specifier, (whole, before: string, name: string) => {
      const path = moduleOf(name, module);
      if (path === null) return whole;
      reached.push(path);
      const link = posix.relative(posix.dirname(module), path);
      return `${before}${link.startsWith('.') ? link : `./${link}`}.js`;
    });
    const file = join(target, `${module}.d.ts`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, written);
    for (const path of reached) {
      if (!existsSync(join(draft, `${path}.d.ts`)))
        throw new Error(`${module} speaks of ${path}, which has no declaration.`);
      await take(path);
    }
  }
  for (const entry of entries) await take(entry.replace(/\.ts$/, ''));
}

/** `contract/src/hooks` for whatever names it from another module; null for a package that is not ours. */
function moduleOf(name: string, from: string): string | null {
  const [, folder, path] = /^@proofpix\/([^/]+)\/(.+)$/.exec(name) ?? [];
  if (folder !== undefined) return `${folder}/src/${path}`;
  return name.startsWith('.') ? posix.join(posix.dirname(from), name.replace(/\.ts$/, '')) : null;
}
