import { createWriteStream } from 'node:fs';
import { mkdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readDirectory, type ByteSource } from '@proofpix/evidence/read-directory';
import { localHeader, type Entry } from '@proofpix/evidence/zip-layout';
import { CommandFailure } from '../failure.ts';
import { fileSource } from '../verify/file-source.ts';

const chunkBytes = 1024 * 1024;
const maximumIndexBytes = 16 * 1024 * 1024;

export type Trail = { intact: boolean; checked: number; fault: { position: number; says: string } | null };
/** Of index.json what is shown here. */
export type Index = {
  organisation: { name: string };
  period: { from: string; to: string; isOver: boolean };
  trail: Trail;
  files: { path: string; title: string; entries: number }[];
};

/** The index of an archive that was checked: its form is the server's word. */
export async function readIndex(file: FileHandle): Promise<Index> {
  const source = await fileSource(file);
  const entry = (await readDirectory(source)).find(({ path }) => path === 'index.json');
  if (entry === undefined || entry.size > maximumIndexBytes)
    throw new CommandFailure('What the server sent has no index.', { exit: 'server' });
  const chunks: Uint8Array[] = [];
  for await (const chunk of contentOf(source, entry)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Index;
}

/** Every path of a bundle is plain names below one another, without dots at their beginning: none leads out of the folder. */
export async function unpack(file: FileHandle, folder: string): Promise<void> {
  const source = await fileSource(file);
  for (const entry of await readDirectory(source)) {
    const path = join(folder, ...entry.path.split('/'));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await pipeline(contentOf(source, entry), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  }
}

async function* contentOf(source: ByteSource, entry: Entry): AsyncGenerator<Uint8Array> {
  const start = entry.offset + localHeader(entry).length;
  for (let at = 0; at < entry.size; at += chunkBytes)
    yield await source.read(start + at, Math.min(chunkBytes, entry.size - at));
}
