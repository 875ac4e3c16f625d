import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packKept, type KeptPackage } from './pack-kept.ts';

/** The same for all plugins, and it changes with a restart only. */
let packer: string | undefined;

/**
 * The package of a first-party plugin, packed once for an install: the next starts, and the command line, read what lies where
 * npm puts things that belong to an install and go with it.
 */
export async function packBundled(packageRoot: string, name: string): Promise<KeptPackage> {
  return packKept(join(packageRoot, 'plugins', name), {
    folder: join(packageRoot, 'node_modules', '.cache', 'proofpix', 'plugins'),
    packer: (packer ??= packerOf(packageRoot)),
  });
}

/** Names all that packs: our own code for it, and every library in its exact version. */
function packerOf(packageRoot: string): string {
  const lock = join(packageRoot, 'package-lock.json');
  // The published package has none, and names exact versions.
  const versions = existsSync(lock) ? lock : join(packageRoot, 'package.json');
  const hash = createHash('sha256').update(readFileSync(versions));
  for (const folder of ['pack/src', 'scanner/src']) {
    const entries = readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(relative(packageRoot, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}
