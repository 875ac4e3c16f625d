import { limits } from '@proofpix/contract/limits';
import { createBudget } from './budget.ts';
import { gunzip } from './gunzip.ts';
import { createPathRegister, decodeName, entryPath } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';
import { blockBytes, readTarHeader, wholeName, type TarHeader } from './tar-header.ts';
import { readPax, type PaxRecords } from './tar-pax.ts';

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
  let ahead: PaxRecords | null = null;

  for (;;) {
    const header = readTarHeader(await source.take(blockBytes));
    if (header === null) break;
    if (header.type === 'file' || header.type === 'folder') {
      budget.claim(header.name, header.size);
      const folder = header.type === 'folder';
      const path = entryPath(entryName(header, ahead), folder);
      ahead = null;
      if (path !== null) register(path, header.type);
      const content = await readPadded(source, header);
      if (!folder && path !== null) files.set(path, content);
      continue;
    }
    budget.claimHeader(header.name, header.size);
    if (ahead !== null) throw refuseEntry('tar_extended', header.name, 'is an extended header of an extended header');
    if (header.size > longestExtended)
      throw refuseEntry('tar_extended', header.name, 'is an extended header that is too long');
    const records = readAhead(header, await readPadded(source, header));
    if (header.type !== 'global') ahead = records;
    // It would hold for every entry that follows.
    else if (records.path !== null || records.size !== null)
      throw refuseEntry('tar_override', header.name, 'names or sizes all entries in a global header');
  }

  if (ahead !== null) throw refuseArchive('tar_extended', 'ends behind an extended header');
  await checkEnd(source);
  return files;
}

function readAhead(header: TarHeader, content: Uint8Array): PaxRecords {
  if (header.type !== 'longName') return readPax(content, header.name);
  if (header.name !== '././@LongLink')
    throw refuseEntry('tar_extended', header.name, 'is a GNU long name that is not called one');
  // It ends in a NUL, which is no part of it. Another one is found by the path rules.
  const end = content.at(-1) === 0 ? content.length - 1 : content.length;
  return { path: decodeName(content.subarray(0, end)), size: null };
}

function entryName(header: TarHeader, ahead: PaxRecords | null): string {
  if (ahead?.size != null && ahead.size !== String(header.size))
    throw refuseEntry('tar_override', header.name, 'changes "size" in an extended header');
  const name = wholeName(header, ahead?.path ?? null);
  if (header.type === 'file' && name.endsWith('/'))
    throw refuseEntry('folder_content', name, 'is a folder by its name and a file by its type');
  return name;
}

/** Behind the first block of zeros: another one, and nothing but zeros to the end. */
async function checkEnd(source: ByteReader): Promise<void> {
  if ((await source.take(blockBytes)).some((byte) => byte !== 0))
    throw refuseArchive('trailing_data', 'goes on behind its end');
  for (let rest = await source.takeAny(); rest !== null; rest = await source.takeAny()) {
    if (rest.some((byte) => byte !== 0)) throw refuseArchive('trailing_data', 'goes on behind its end');
  }
}

async function readPadded(source: ByteReader, { name, size }: TarHeader): Promise<Uint8Array> {
  const bytes = await source.take(size);
  const padding = await source.take((blockBytes - (size % blockBytes)) % blockBytes);
  if (padding.some((byte) => byte !== 0)) throw refuseEntry('tar_padding', name, 'hides bytes in its padding');
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
        if (chunk === null) throw refuseArchive('truncated', 'is cut off');
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
