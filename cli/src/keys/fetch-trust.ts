import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { limits } from '@proofpix/contract/limits';
import { trustFolder } from '@proofpix/signatures/trust/folder';
import { trustRoot, updateTrust, type TrustSource } from '@proofpix/signatures/trust/follow';
import { TrustFault } from '@proofpix/signatures/trust/fault';
import { fromCaller } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';
import { counted } from '../terminal.ts';
import { smallText } from './read-key.ts';
import { asFailure } from './trusted.ts';

export type FetchOptions = { trust: string; root?: string; firstUse: boolean; json: boolean };

const requestMilliseconds = 30_000;

export async function fetchTrust(from: string, options: FetchOptions): Promise<void> {
  const folder = fromCaller(options.trust);
  const store = trustFolder(folder);
  const source = /^https?:\/\//.test(from) ? serverSource(from) : await folderSource(from);
  try {
    const known = (await store.read('root.json', limits.trustMetadataBytes)) !== null;
    // A root that is trusted already is followed, never replaced: that is what it is for.
    if (known && options.root !== undefined)
      throw new CommandFailure(`${options.trust} has a root already.`, {
        hints: ['Name another folder to begin anew.'],
      });
    if (!known) await trustRoot(store, await firstRoot(source, options));
    const trust = await updateTrust(source, store, new Date());
    const { root, keys, killList, expires } = trust;
    if (options.json) {
      return console.log(printableJson({ folder, root, keys: keys.length, killed: killList.length, expires }, 2));
    }
    console.log(`Root ${root.version}: ${root.threshold} of ${counted(root.keys, 'key')}.`);
    console.log(
      `${counted(keys.length, 'key')} may sign packages; ${counted(killList.length, 'thing')} on the kill list.`,
    );
    console.log(
      `Good until ${expires}. Check a package with: proofpix verify FILE --trust ${printable(options.trust)}`,
    );
  } catch (error) {
    throw asFailure(error);
  }
}

async function firstRoot(source: TrustSource, { root, firstUse, trust }: FetchOptions): Promise<Uint8Array> {
  if (root !== undefined) return Buffer.from(await smallText(root, limits.trustMetadataBytes));
  if (!firstUse) {
    throw new CommandFailure(`${trust} has no root to begin with.`, {
      hints: ['Give the root by --root, or believe the one that the source gives with --first-use.'],
    });
  }
  const bytes = await source.read('1.root.json', limits.trustMetadataBytes);
  if (bytes === null) throw new TrustFault('root_missing', 'The source has none.');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  console.error(`Believing the root with the SHA-256 ${sha256}: compare it by another way.`);
  return bytes;
}

async function folderSource(path: string): Promise<TrustSource> {
  const folder = fromCaller(path);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new CommandFailure(`${path} is neither an address nor a folder.`);
  return trustFolder(folder);
}

function serverSource(from: string): TrustSource {
  const url = URL.parse(from);
  if (url === null) throw new CommandFailure(`"${from}" is no address of a server.`);
  return {
    async read(name, maxBytes) {
      const response = await fetch(new URL(`/api/trust/files/${name}`, url), {
        redirect: 'error',
        signal: AbortSignal.timeout(requestMilliseconds),
      }).catch((error: unknown) => {
        const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
        throw new CommandFailure(`${url.origin} could not be reached${cause}.`, { exit: 'server' });
      });
      if (response.status === 404) return null;
      if (!response.ok) throw new CommandFailure(`${url.origin} answered ${response.status}.`, { exit: 'server' });
      return readAtMost(response, name, maxBytes);
    },
  };
}

/** What is larger than it may be is not read to its end: it may have none. */
async function readAtMost(response: Response, name: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new TrustFault('too_large', `${name} is over ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
