import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const chunkBytes = 64 * 1024;

/** Lines that wait on the disk, since an archive says how long a file is before it. */
export type Spool = AsyncDisposable & {
  readonly entries: number;
  add(items: readonly object[]): Promise<void>;
  /** What was added, from the beginning; it may be read more than once. */
  read(): AsyncGenerator<Uint8Array>;
};

/** The file loses its name at once: whatever ends the server, names and addresses do not stay behind on the disk. */
export async function openSpool(folder: string): Promise<Spool> {
  const path = join(folder, `evidence-${randomUUID()}.tmp`);
  const file: FileHandle = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  let entries = 0;
  let size = 0;
  return {
    get entries() {
      return entries;
    },
    async add(items) {
      if (items.length === 0) return;
      const bytes = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      for (let written = 0; written < bytes.length;) {
        written += (await file.write(bytes, written, bytes.length - written, size + written)).bytesWritten;
      }
      size += bytes.length;
      entries += items.length;
    },
    async *read() {
      for (let at = 0; at < size;) {
        const chunk = Buffer.alloc(Math.min(chunkBytes, size - at));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
        if (bytesRead === 0) throw new Error('What was spooled is gone.');
        yield chunk.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
