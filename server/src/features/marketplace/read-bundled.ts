import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkManifest } from '@proofpix/contract/manifest';
import type { Log } from '../../log.ts';
import { listingOf, type NewListing } from './queries.ts';

export const bundledSource = 'bundled';
export const bundledPublisher = 'proofpix';

export type BundledListing = NewListing & { archivePath: string };

/** The first-party plugins that lie beside the server, as listings. A folder without a manifest is none. */
export async function readBundled(pluginsFolder: string, log: Log): Promise<BundledListing[]> {
  const entries = await readdir(pluginsFolder, { withFileTypes: true }).catch(() => []);
  const listings: BundledListing[] = [];
  for (const entry of entries.filter((each) => each.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const folder = join(pluginsFolder, entry.name);
    const listing = await readListing(folder, log);
    if (listing) listings.push({ ...listing, archivePath: entry.name });
  }
  return listings;
}

async function readListing(folder: string, log: Log): Promise<Omit<BundledListing, 'archivePath'> | null> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const { manifest, errors } = checkManifest(parse(text));
  if (manifest === null) {
    log.error({ folder, errors }, 'a bundled plugin is left out of the marketplace: its manifest is not valid');
    return null;
  }
  const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => null);
  return {
    source: bundledSource,
    publisher: bundledPublisher,
    pluginId: manifest.id,
    version: manifest.version,
    listing: listingOf(manifest, { readme }),
    // Until reviewers choose, what comes with the server is what is shown first.
    featured: true,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
