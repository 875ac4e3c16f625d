import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Problem, type ErrorCode } from '@proofpix/contract/errors';
import { OperatorError } from './operator-error.ts';

export type StoredObject = { sha256: string; size: number };
export type Content = Uint8Array | AsyncIterable<Uint8Array>;
export type PutOptions = {
  maxBytes: number;
  tooLarge?: ErrorCode;
  /** Remembers the bytes on disk until `arrived`: a crash before their row is then found at the next start. */
  arriving?: boolean;
};
export type StoredAt = { organisationId: string; sha256: string };

/**
 * Bytes by organisation and digest. The same bytes in two organisations are two objects: nobody can find out what
 * another organisation has.
 */
export type Objects = {
  /**
   * Stores bytes; durable when it returns. Over `maxBytes`, on a full disk or a broken stream nothing stays.
   * @throws Problem `tooLarge` (file_too_large when left out), storage_full on a full disk
   */
  put(organisationId: string, content: Content, options: PutOptions): Promise<StoredObject>;
  /** A range; shorter at the end of the object. @throws Problem file_not_found */
  read(organisationId: string, sha256: string, offset: number, length: number): Promise<Uint8Array>;
  /** @throws Problem file_not_found */
  stream(organisationId: string, sha256: string, range?: { offset: number; length: number }): Promise<Readable>;
  /** Bytes, or undefined where there is no such object. */
  size(organisationId: string, sha256: string): Promise<number | undefined>;
  /** Nothing happens where there is none. */
  remove(organisationId: string, sha256: string): Promise<void>;
  /** The bytes that were put have their rows, or are gone again. */
  arrived(organisationId: string, digests: readonly string[]): Promise<void>;
  /** What was put as arriving and did not: a crash came between the bytes and their rows. */
  arriving(): Promise<StoredAt[]>;
  /** Removes everything of an organisation. */
  removeAll(organisationId: string): Promise<void>;
  /** Rejects when nothing can be written. */
  ping(): Promise<void>;
};

const organisationPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const digestPattern = /^[0-9a-f]{64}$/;

/** Opens `<dataDir>/objects` and clears what a crash left half-written. Only one server may have it open. @throws OperatorError */
export async function openObjects(dataDir: string): Promise<Objects> {
  const root = join(dataDir, 'objects');
  const temporaryFolder = join(root, 'tmp');
  const arrivingFolder = join(root, 'arriving');
  try {
    await mkdir(join(root, 'org'), { recursive: true, mode: 0o700 });
    await mkdir(arrivingFolder, { recursive: true, mode: 0o700 });
    await rm(temporaryFolder, { recursive: true, force: true });
    await mkdir(temporaryFolder, { mode: 0o700 });
  } catch (cause) {
    throw new OperatorError(`The folder ${root} cannot be written: ${(cause as Error).message}.`, { cause }); // node:fs throws Errors
  }

  /** Digests and ids come from the database, but a wrong one must never become a path. */
  function folderOf(organisationId: string): string {
    if (!organisationPattern.test(organisationId)) throw new Error('An organisation id is not a UUID.');
    return join(root, 'org', organisationId);
  }
  function pathOf(organisationId: string, sha256: string): string {
    if (!digestPattern.test(sha256)) throw new Problem('file_not_found');
    return join(folderOf(organisationId), sha256);
  }

  return {
    async put(organisationId, content, { maxBytes, tooLarge = 'file_too_large', arriving = false }) {
      const folder = folderOf(organisationId);
      const temporary = join(temporaryFolder, randomUUID());
      try {
        const stored = await writeTemporary(temporary, content, maxBytes, tooLarge);
        await makeFolder(root, folder);
        if (arriving)
          await (await open(join(arrivingFolder, `${organisationId}.${stored.sha256}`), 'w', 0o600)).close();
        // Over an object of the same digest too: it has the same bytes, unless the disk spoilt the old one.
        await rename(temporary, join(folder, stored.sha256));
        await syncFolder(folder);
        return stored;
      } catch (error) {
        await unlink(temporary).catch(() => {}); // not there when the disk was full before it was made
        throw diskProblem(error);
      }
    },
    async read(organisationId, sha256, offset, length) {
      await using file = await openObject(pathOf(organisationId, sha256));
      const { size } = await file.stat();
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
    async stream(organisationId, sha256, range) {
      const path = pathOf(organisationId, sha256);
      const file = await openObject(path);
      if (range === undefined) return createReadStream(path, { fd: file });
      if (range.length <= 0) {
        await file.close(); // a stream of nothing cannot be asked for by its last byte
        return Readable.from([]);
      }
      return createReadStream(path, { fd: file, start: range.offset, end: range.offset + range.length - 1 });
    },
    async size(organisationId, sha256) {
      if (!digestPattern.test(sha256)) return undefined;
      const status = await stat(pathOf(organisationId, sha256)).catch(absent);
      return status?.size;
    },
    async remove(organisationId, sha256) {
      if (digestPattern.test(sha256)) await unlink(pathOf(organisationId, sha256)).catch(absent);
    },
    async arrived(organisationId, digests) {
      for (const sha256 of new Set(digests))
        await unlink(join(arrivingFolder, `${organisationId}.${sha256}`)).catch(absent);
    },
    async arriving() {
      const names = await readdir(arrivingFolder);
      return names.map((name) => ({ organisationId: name.split('.')[0] ?? '', sha256: name.split('.')[1] ?? '' }));
    },
    async removeAll(organisationId) {
      await rm(folderOf(organisationId), { recursive: true, force: true });
    },
    async ping() {
      const probe = join(temporaryFolder, randomUUID());
      await (await open(probe, 'wx', 0o600)).close();
      await unlink(probe);
    },
  };
}

/** Writes and hashes as it comes: never more of it in memory than one chunk. */
async function writeTemporary(
  path: string,
  content: Content,
  maxBytes: number,
  tooLarge: ErrorCode,
): Promise<StoredObject> {
  const hash = createHash('sha256');
  let size = 0;
  await using file = await open(path, 'wx', 0o600);
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    size += chunk.length;
    if (size > maxBytes) throw new Problem(tooLarge);
    hash.update(chunk);
    await writeWhole(file, chunk);
  }
  await file.datasync();
  return { sha256: hash.digest('hex'), size };
}

/** A write may take only a part, for example right before the disk is full. */
async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written);
    written += bytesWritten;
  }
}

/** The entry of a new folder must be on disk as well, or its files are lost with it. */
async function makeFolder(root: string, folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(join(root, 'org'));
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there
  await using directory = await open(folder, 'r');
  await directory.datasync();
}

async function openObject(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Problem('file_not_found'); // node:fs throws nothing else
    throw error;
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function diskProblem(error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined; // may carry one
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Problem('storage_full', "The server's disk is full.");
  return error;
}
