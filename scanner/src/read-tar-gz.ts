import { limits } from '@proofpix/contract/limits';
import { createBudget } from './budget.ts';
import { gunzip } from './gunzip.ts';
import { createPathRegister } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';
import { blockBytes, readPaxPath, readTarHeader, type TarHeader } from './tar-header.ts';

const longestExtended = 64 * 1024;

/**
 * Reads a TAR.GZ while it is being unpacked, so that a hostile one is refused at its first bad header and memory is
 * only given to files whose size was accepted.
 * @throws Problem `package_refused`
 */
export async function readTarGz(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const source = createByteReader(gunzip(bytes));
  try {
    return await readEntries(source, bytes.length);
  } finally {
    await source.close();
  }
}

async function readEntries(source: ByteReader, archiveBytes: number): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const budget = createBudget(archiveBytes);
  const register = createPathRegister();
  let paxPath: string | null = null;
  let extended = false;

  for (;;) {
    const header = readTarHeader(await source.take(blockBytes));
    if (header === null) break;
    budget.claim(header.name, header.size);
    if (header.type === 'extended' || header.type === 'global') {
      if (extended) throw refuseEntry(header.name, 'is an extended header of an extended header');
      const path = await readExtended(source, header);
      if (header.type === 'global') continue;
      paxPath = path;
      extended = true;
      continue;
    }
    if (paxPath !== null && paxPath !== header.name) {
      throw refuseEntry(header.name, `is renamed to "${paxPath.slice(0, 100)}" by an extended header`);
    }
    paxPath = null;
    extended = false;
    const folder = header.type === 'folder';
    const path = header.name.replace(/^\.\//, '').replace(folder ? /\/$/ : /$^/, '');
    if (folder && (path === '' || path === '.')) continue; // `tar czf x.tgz .` begins with "./"
    register(path, folder ? 'folder' : 'file');
    if (!folder) files.set(path, await readPadded(source, header.size));
  }

  if (extended) throw refuseArchive('ends behind an extended header');
  await checkEnd(source);
  return files;
}

async function readExtended(source: ByteReader, header: TarHeader): Promise<string | null> {
  if (header.size > longestExtended) throw refuseEntry(header.name, 'is an extended header that is too long');
  const path = readPaxPath(await readPadded(source, header.size), header.name);
  // It would hold for every entry that follows.
  if (header.type === 'global' && path !== null) throw refuseEntry(header.name, 'names all entries in a global header');
  return path;
}

/** Behind the first block of zeros: another one, and nothing but zeros to the end. */
async function checkEnd(source: ByteReader): Promise<void> {
  if ((await source.take(blockBytes)).some((byte) => byte !== 0)) throw refuseArchive('goes on behind its end');
  for (let rest = await source.takeAny(); rest !== null; rest = await source.takeAny()) {
    if (rest.some((byte) => byte !== 0)) throw refuseArchive('goes on behind its end');
  }
}

async function readPadded(source: ByteReader, size: number): Promise<Uint8Array> {
  const bytes = await source.take(size);
  const padding = (blockBytes - (size % blockBytes)) % blockBytes;
  if (padding > 0) await source.take(padding);
  return bytes;
}

type ByteReader = {
  /** Exactly so many bytes, in memory of their own. @throws Problem when the source ends before */
  take(length: number): Promise<Uint8Array>;
  /** Whatever comes next, or null at the end. */
  takeAny(): Promise<Uint8Array | null>;
  close(): Promise<void>;
};

function createByteReader(chunks: AsyncGenerator<Uint8Array>): ByteReader {
  let current: Uint8Array = new Uint8Array(0);

  async function takeAny(): Promise<Uint8Array | null> {
    if (current.length === 0) {
      const next = await chunks.next();
      if (next.done) return null;
      current = next.value;
    }
    const taken = current;
    current = new Uint8Array(0);
    return taken;
  }

  return {
    takeAny,
    async take(length) {
      if (length > limits.packageEntryBytes) throw new Error('The budget lets nothing larger through.');
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const chunk = await takeAny();
        if (chunk === null) throw refuseArchive('is cut off');
        const part = chunk.subarray(0, length - filled);
        bytes.set(part, filled);
        current = chunk.subarray(part.length);
        filled += part.length;
      }
      return bytes;
    },
    close: async () => void (await chunks.return(undefined)),
  };
}
