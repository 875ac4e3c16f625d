import type { Context } from '@proofpix/sdk/context';
import { kindOf, redactPhoto } from './redact-photo.ts';
import { RefusedError, type Wanted } from './wanted.ts';

type Exhibit = { number?: number; file: { name: string; size: number; sha256: string } };
/** One run, or a case with its exhibits. */
export type Report = Exhibit & { exhibits?: Exhibit[] };

type Files = Context['files'];

const readBytes = 4 * 1024 * 1024;
/** What one derived file may have. */
const mostBytes = 32 * 1024 * 1024;
/** Derived files of one call, less the list. */
const mostPhotos = 49;
const listName = 'photos-without-position.txt';

/** Redacts one photo after the other, so that only one is in memory, and writes a list of what was done. */
export async function exportPhotos(
  report: Report,
  wanted: Wanted,
  files: Files,
): Promise<{ written: string[]; refused: { name: string; why: string }[] }> {
  const exhibits = report.exhibits ?? [report];
  const written: string[] = [];
  const refused: { name: string; why: string }[] = [];
  const lines: string[] = [];
  const names = new Set<string>([listName]);
  for (const { number, file } of exhibits) {
    const label = number === undefined ? file.name : `Exhibit ${number}: ${file.name}`;
    try {
      if (written.length >= mostPhotos)
        throw new RefusedError(`More than ${mostPhotos} photos do not fit into one export.`);
      const photo = await readPhoto(file, files);
      const { bytes, extension, removed } = redactPhoto(photo, wanted);
      const name = freeName(file.name, extension, names);
      await files.write(name, bytes);
      written.push(name);
      const what =
        removed.length === 0 ? 'There was no position in it; the copy is the same.' : `Removed: ${removed.join(', ')}.`;
      lines.push(`${label}\n  ${name}\n  ${what}`);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused.push({ name: file.name, why: error.message });
      lines.push(`${label}\n  Not written. ${error.message}`);
    }
  }
  const makerNote = wanted.makerNote
    ? ''
    : "\n\nThe makers' own blocks were kept, as the settings of the plugin say. Some cameras write place names there.";
  const note =
    'Pixels are untouched. What a picture shows, and what titles, captions and keywords say, is left as it is.';
  await files.write(listName, `Photos without position\n\n${lines.join('\n\n')}\n\n${note}${makerNote}\n`);
  return { written, refused };
}

async function readPhoto({ size, sha256 }: Exhibit['file'], files: Files): Promise<Uint8Array> {
  kindOf(await files.read(0, 16, { sha256 }));
  if (size > mostBytes) throw new RefusedError('It has more than 32 MB.');
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const part = await files.read(at, Math.min(readBytes, size - at), { sha256 });
    if (part.length === 0) throw new RefusedError('It could not be read to its end.');
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A name that every file system takes, and that nobody has yet: `IMG_1.jpg` becomes `IMG_1-no-position.jpg`. */
function freeName(original: string, extension: string, taken: Set<string>): string {
  const plain = original
    .replace(/\.[^.]{1,5}$/, '')
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N} ._()+-]/gu, '_')
    .trim()
    .slice(0, 60);
  const stem = /^[\p{L}\p{N}]/u.test(plain) ? plain : `photo${plain}`;
  for (let number = 1; ; number += 1) {
    const name = `${stem}-no-position${number === 1 ? '' : `-${number}`}.${extension}`;
    const key = name.toLowerCase();
    if (taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}
