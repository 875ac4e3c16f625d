import { partOf, type ByteSource } from './byte-source.ts';

/** A JPEG inside a photo: a thumbnail, a preview, another picture of the same moment. */
export type EmbeddedPicture = { kind: 'thumbnail' | 'preview'; offset: number; length: number };

const mostDirectories = 40;
const mostFields = 1_000;
const mostSegments = 5_000;
const mostPictures = 50;
/** A thumbnail stands in EXIF, whose segment has 64 kB; what is larger is a preview. */
const thumbnailBytes = 64 * 1024;
const tags = { compression: 0x103, strips: 0x111, stripBytes: 0x117, subDirectories: 0x14a, jpeg: 0x201, bytes: 0x202 };
const jpegCompressions = new Set([6, 7, 99]);

/**
 * The embedded JPEGs of a TIFF structure: an EXIF block, a TIFF file, or a raw file of that kind (CR2, DNG, NEF …).
 * Whether there really is a picture is for `decodeJpeg` to say: raw files keep lossless sensor data in the same way.
 * @returns offsets from the start of the structure
 */
export async function findTiffPictures(source: ByteSource): Promise<EmbeddedPicture[]> {
  const head = await source.read(0, 8);
  const littleEndian = head[0] === 0x49;
  if (head.length < 8 || !/^(II\*\0|MM\0\*)$/.test(String.fromCharCode(...head.subarray(0, 4)))) return [];
  const waiting = [viewOf(head).getUint32(4, littleEndian)];
  const seen = new Set<number>([0]);
  const pictures: EmbeddedPicture[] = [];
  for (let offset = waiting.shift(); offset !== undefined; offset = waiting.shift()) {
    // Directories that point at each other end here, and so do more of them than any camera writes.
    if (seen.has(offset) || seen.size > mostDirectories) continue;
    seen.add(offset);
    const { fields, next } = await readDirectory(source, offset, littleEndian);
    const first = (tag: number): number | undefined => fields.get(tag)?.[0];
    const add = (start: number | undefined, length: number | undefined): void => {
      if (start === undefined || length === undefined || length < 4 || start >= source.size) return;
      if (pictures.length >= mostPictures || pictures.some((picture) => picture.offset === start)) return;
      const kind = length <= thumbnailBytes ? 'thumbnail' : 'preview';
      pictures.push({ kind, offset: start, length: Math.min(length, source.size - start) });
    };
    add(first(tags.jpeg), first(tags.bytes));
    const oneStrip = fields.get(tags.strips)?.length === 1;
    if (oneStrip && jpegCompressions.has(first(tags.compression) ?? 0)) add(first(tags.strips), first(tags.stripBytes));
    waiting.push(...(fields.get(tags.subDirectories) ?? []), next);
  }
  return pictures;
}

/**
 * The embedded JPEGs of a JPEG: the thumbnail of its EXIF block, and the pictures that a multi-picture index (CIPA
 * DC-007) names behind the first one.
 */
export async function findJpegPictures(source: ByteSource): Promise<EmbeddedPicture[]> {
  const pictures: EmbeddedPicture[] = [];
  let at = 2;
  for (let count = 0; count < mostSegments; count += 1) {
    const head = await source.read(at, 10);
    const marker = head[1] ?? 0;
    if (head.length < 10 || head[0] !== 0xff || marker === 0xda || marker === 0xd9) break;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = viewOf(head).getUint16(2);
    if (length < 2) break;
    const mark = String.fromCharCode(...head.subarray(4));
    if (marker === 0xe1 && mark === 'Exif\0\0') {
      const found = await findTiffPictures(partOf(source, at + 10, length - 8));
      pictures.push(...found.map((picture) => ({ ...picture, offset: picture.offset + at + 10 })));
    } else if (marker === 0xe2 && mark.startsWith('MPF\0')) {
      pictures.push(...(await findMultiPictures(source, at + 8, length - 6)));
    }
    at += 2 + length;
  }
  return pictures.slice(0, mostPictures);
}

async function findMultiPictures(source: ByteSource, start: number, length: number): Promise<EmbeddedPicture[]> {
  const index = await source.read(start, length);
  const view = viewOf(index);
  if (index.length < 16) return [];
  const littleEndian = index[0] === 0x49;
  const directory = view.getUint32(4, littleEndian);
  const count = directory + 2 <= index.length ? view.getUint16(directory, littleEndian) : 0;
  const pictures: EmbeddedPicture[] = [];
  for (let field = 0; field < Math.min(count, 100); field += 1) {
    const at = directory + 2 + field * 12;
    if (at + 12 > index.length || view.getUint16(at, littleEndian) !== 0xb002) continue;
    const entries = Math.min(view.getUint32(at + 4, littleEndian) / 16, mostPictures);
    const table = view.getUint32(at + 8, littleEndian);
    // The first entry is the photo itself.
    for (let entry = 1; entry < entries; entry += 1) {
      const from = table + entry * 16;
      if (from + 16 > index.length) break;
      const bytes = view.getUint32(from + 4, littleEndian);
      const offset = start + view.getUint32(from + 8, littleEndian);
      if (offset < source.size) {
        pictures.push({ kind: 'preview', offset, length: Math.min(bytes, source.size - offset) });
      }
    }
  }
  return pictures;
}

type Directory = { fields: Map<number, number[]>; next: number };

/** Only whole numbers: everything else has nothing to do with where pictures lie. */
async function readDirectory(source: ByteSource, offset: number, littleEndian: boolean): Promise<Directory> {
  const head = await source.read(offset, 2);
  const count = head.length < 2 ? 0 : Math.min(mostFields, viewOf(head).getUint16(0, littleEndian));
  const table = await source.read(offset + 2, count * 12 + 4);
  const view = viewOf(table);
  const fields = new Map<number, number[]>();
  for (let at = 0; at + 12 <= table.length && at < count * 12; at += 12) {
    const tag = view.getUint16(at, littleEndian);
    const type = view.getUint16(at + 2, littleEndian);
    const values = view.getUint32(at + 4, littleEndian);
    if (!Object.values(tags).includes(tag) || (type !== 3 && type !== 4 && type !== 13) || values > 16) continue;
    const bytes = type === 3 ? 2 : 4;
    const inline = bytes * values <= 4;
    const data = inline
      ? table.subarray(at + 8, at + 12)
      : await source.read(view.getUint32(at + 8, littleEndian), bytes * values);
    const dataView = viewOf(data);
    fields.set(
      tag,
      Array.from({ length: Math.min(values, Math.floor(data.length / bytes)) }, (_, index) =>
        bytes === 2 ? dataView.getUint16(index * 2, littleEndian) : dataView.getUint32(index * 4, littleEndian),
      ),
    );
  }
  const whole = count * 12 + 4 <= table.length;
  return { fields, next: whole ? view.getUint32(count * 12, littleEndian) : 0 };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether a viewer can draw the JPEG: its header is that of a baseline or progressive one, not of lossless sensor data. */
export async function isDrawableJpeg(source: ByteSource): Promise<boolean> {
  const start = await source.read(0, 2);
  if (start[0] !== 0xff || start[1] !== 0xd8) return false;
  let at = 2;
  for (let count = 0; count < mostSegments; count += 1) {
    const head = await source.read(at, 5);
    const marker = head[1] ?? 0;
    if (head.length < 5 || head[0] !== 0xff || marker === 0xda || marker === 0xd9) return false;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xc2) return head[4] === 8;
    if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4) return false;
    at += 2 + viewOf(head).getUint16(2);
  }
  return false;
}
