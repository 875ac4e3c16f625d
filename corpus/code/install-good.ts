import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { GoodLabel } from './labels.ts';

const run = promisify(execFile);
const installMilliseconds = 15 * 60_000;

/** Finds the file that a label means, or null where the package has none. */
export type FindGood = (label: GoodLabel) => Promise<string | null>;

/**
 * Installs the packages of all labels, several versions of one beside each other, and runs none of their scripts. The
 * folder stays in the system's temporary one: the next run of the same list needs no network.
 */
export async function installGood(labels: readonly GoodLabel[]): Promise<FindGood> {
  const dependencies = Object.fromEntries(
    labels.map((label) => [aliasOf(label), `npm:${label.package}@${label.version}`]),
  );
  const text = JSON.stringify({ private: true, dependencies }, null, 2);
  const folder = join(tmpdir(), `proofpix-corpus-code-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`);
  const done = join(folder, 'installed');
  if (!existsSync(done) && labels.length > 0) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), text);
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--legacy-peer-deps',
      '--omit=optional',
      '--omit=dev',
      '--loglevel=error',
    ];
    const npm = process.env['npm_execpath'];
    const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
    await run(command, [...first, 'install', ...flags], {
      cwd: folder,
      timeout: installMilliseconds,
      maxBuffer: 32 * 1024 * 1024,
    });
    await writeFile(done, '');
  }
  return (label) => findFile(join(folder, 'node_modules', aliasOf(label)), label);
}

function aliasOf({ package: name, version }: GoodLabel): string {
  return `good-${`${name}-${version}`.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}`;
}

/** Labels name a file as it lay in the corpus: `good/<package>__<path>`, with `_` for each slash. */
async function findFile(root: string, label: GoodLabel): Promise<string | null> {
  if (!existsSync(root)) return null;
  const direct = join(root, label.file);
  if (existsSync(direct) && (await stat(direct)).isFile()) return direct;
  const name = basename(label.file);
  const flatPackage = label.package.replace(/[^a-z0-9.-]/gi, '_');
  const tail = name.startsWith(`${flatPackage}__`) ? name.slice(flatPackage.length + 2) : name.replace(/^.*?__/, '');
  const paths = (await readdir(root, { recursive: true })).filter((path) => !/(?:^|[\\/])node_modules[\\/]/.test(path));
  const flat = paths.map((path) => ({ path, flat: path.replace(/[^a-z0-9.-]/gi, '_') }));
  const exact = flat.find((one) => one.flat === tail);
  const ending = flat
    .filter((one) => one.flat.endsWith(`_${tail}`))
    .toSorted((a, b) => a.flat.length - b.flat.length)[0];
  const found = exact ?? ending;
  return found === undefined ? null : join(root, found.path);
}
