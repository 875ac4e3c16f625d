import { viewOf, type ByteSource } from '../byte-source.ts';
import { blockLimits, emptyBlocks, remark, remarks, tooLarge, type PhotoBlocks } from '../photo-blocks.ts';

/** A field with its value's bytes, in the byte order of the file. */
export type TiffField = { tag: number; type: number; count: number; bytes: Uint8Array };

/** What a TIFF structure says, with everything that is not metadata left out. */
export type TiffContent = {
  littleEndian: boolean;
  main: TiffField[];
  exif: TiffField[];
  gps: TiffField[];
  /** Of the largest image, which in raw files does not stand in the first directory. */
  fullSize: { width: number; height: number } | null;
  /** Bytes of the embedded preview in the second directory. */
  thumbnailLength: number | null;
  /** Whether a directory holds the readings of the sensor. */
  raw: boolean;
};

type Walk = {
  source: ByteSource;
  blocks: PhotoBlocks;
  littleEndian: boolean;
  visited: Set<number>;
  fieldBytes: number;
};

const typeBytes: Record<number, number> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
};
const tags = {
  subfileType: 0xfe,
  width: 0x100,
  height: 0x101,
  photometric: 0x106,
  make: 0x10f,
  subDirectories: 0x14a,
  thumbnailLength: 0x202,
  xmp: 0x2bc,
  iptc: 0x83bb,
  exif: 0x8769,
  icc: 0x8773,
  gps: 0x8825,
  dngVersion: 0xc612,
} as const;
/** Pixels, tables for pixels, maker notes (whose offsets mean nothing elsewhere) and editors' private data. */
const leftOut = new Set([
  0x111, 0x117, 0x144, 0x145, 0x201, 0x202, 0x8649, 0x927c, 0x935c, 0xa005, 0xc634, 0xc68b, 0xea1c,
]);
const colourFilterArray = 32_803;
const mostFields = 1_000;
const mostDirectories = 40;
const longestValue = 32 * 1024;
/** The library makes an array element of every byte: eight times as much memory. */
const mostFieldBytes = 1024 * 1024;

/** Tells raw formats apart, which are all TIFF by their structure. */
export async function readTiff(source: ByteSource, fileName: string): Promise<PhotoBlocks> {
  const blocks = emptyBlocks('TIFF', 'image/tiff');
  blocks.exif = source;
  const content = await readTiffContent(source, blocks);
  if (content === null) return blocks;
  const mark = await source.read(8, 2);
  const make = content.main.find(({ tag }) => tag === tags.make)?.bytes ?? new Uint8Array(0);
  const nikon = [...'NIKON'].every((letter, index) => make[index] === letter.charCodeAt(0));
  if (mark[0] === 0x43 && mark[1] === 0x52) Object.assign(blocks, { fileType: 'CR2', mimeType: 'image/x-canon-cr2' });
  else if (content.main.some(({ tag }) => tag === tags.dngVersion)) {
    Object.assign(blocks, { fileType: 'DNG', mimeType: 'image/x-adobe-dng' });
  } else if (nikon && (content.raw || /\.nef$/i.test(fileName))) {
    Object.assign(blocks, { fileType: 'NEF', mimeType: 'image/x-nikon-nef' });
  }
  return blocks;
}

/** Walks the directories of a TIFF structure, reading only values that are metadata. */
export async function readTiffContent(source: ByteSource, blocks: PhotoBlocks): Promise<TiffContent | null> {
  const head = await source.read(0, 8);
  const mark = head[0] === 0x49 && head[1] === 0x49 ? true : head[0] === 0x4d && head[1] === 0x4d ? false : null;
  if (mark === null || head.length < 8) {
    remark(blocks, head.length < 8 ? remarks.endsInMetadata : remarks.damaged);
    return null;
  }
  const walk: Walk = { source, blocks, littleEndian: mark, visited: new Set(), fieldBytes: 0 };
  const content: TiffContent = {
    littleEndian: mark,
    main: [],
    exif: [],
    gps: [],
    fullSize: null,
    thumbnailLength: null,
    raw: false,
  };
  const first = await readDirectory(walk, viewOf(head).getUint32(4, mark));
  for (const field of first.fields) await sortField(walk, field, content);
  if (first.next !== 0) {
    const second = await readDirectory(walk, first.next);
    content.thumbnailLength = numberOf(second.fields, tags.thumbnailLength, mark);
  }
  await readSubDirectories(walk, first.fields, content);
  return content;
}

async function sortField(walk: Walk, field: TiffField, content: TiffContent): Promise<void> {
  if (field.tag === tags.exif || field.tag === tags.gps) {
    const { fields } = await readDirectory(walk, valueAt(field, 0, walk.littleEndian));
    content[field.tag === tags.exif ? 'exif' : 'gps'] = fields.filter(({ tag }) => !leftOut.has(tag));
  } else if (field.tag === tags.xmp) walk.blocks.xmp.push(field.bytes);
  else if (field.tag === tags.iptc) walk.blocks.iptc ??= field.bytes;
  else if (field.tag === tags.icc) walk.blocks.icc ??= field.bytes;
  else if (!leftOut.has(field.tag) && field.tag !== tags.subDirectories) content.main.push(field);
}

async function readSubDirectories(walk: Walk, first: readonly TiffField[], content: TiffContent): Promise<void> {
  const pointers = first.find(({ tag }) => tag === tags.subDirectories);
  if (pointers === undefined) return;
  for (let index = 0; index < Math.min(pointers.count, 16); index += 1) {
    const { fields } = await readDirectory(walk, valueAt(pointers, index, walk.littleEndian));
    const number = (tag: number) => numberOf(fields, tag, walk.littleEndian);
    if (number(tags.photometric) === colourFilterArray) content.raw = true;
    const width = number(tags.width);
    const height = number(tags.height);
    if (number(tags.subfileType) === 0 && width !== null && height !== null) content.fullSize = { width, height };
  }
}

async function readDirectory(walk: Walk, offset: number): Promise<{ fields: TiffField[]; next: number }> {
  const { source, littleEndian, blocks, visited } = walk;
  // Directories that point at each other, and more of them than any camera writes.
  if (visited.has(offset) || visited.size >= mostDirectories) {
    remark(blocks, remarks.damaged);
    return { fields: [], next: 0 };
  }
  visited.add(offset);
  const head = await source.read(offset, 2);
  const count = head.length < 2 ? 0 : viewOf(head).getUint16(0, littleEndian);
  const table = await source.read(offset + 2, Math.min(count, mostFields) * 12 + 4);
  if (head.length < 2 || table.length < Math.min(count, mostFields) * 12) remark(blocks, remarks.endsInMetadata);
  else if (count === 0 || count > mostFields) remark(blocks, remarks.damaged);
  const view = viewOf(table);
  const fields: TiffField[] = [];
  for (let at = 0; at + 12 <= table.length && fields.length < count; at += 12) {
    const field = await readField(walk, view, table, at);
    if (field !== null) fields.push(field);
  }
  const end = count * 12;
  return { fields, next: end + 4 <= table.length ? view.getUint32(end, littleEndian) : 0 };
}

async function readField(walk: Walk, view: DataView, table: Uint8Array, at: number): Promise<TiffField | null> {
  const { source, blocks, littleEndian } = walk;
  const tag = view.getUint16(at, littleEndian);
  const type = view.getUint16(at + 2, littleEndian);
  let count = view.getUint32(at + 4, littleEndian);
  const unit = typeBytes[type];
  if (unit === undefined) return null;
  let size = unit * count;
  if (size <= 4) return { tag, type, count, bytes: table.slice(at + 8, at + 8 + size) };
  // A tag whose value is not read says at least that it is there.
  if (leftOut.has(tag)) return null;
  const start = view.getUint32(at + 8, littleEndian);
  if (start + size > source.size) {
    remark(blocks, remarks.endsInMetadata);
    return null;
  }
  const most =
    tag === tags.xmp
      ? blockLimits.xmp
      : tag === tags.icc
        ? blockLimits.icc
        : tag === tags.iptc
          ? blockLimits.iptc
          : longestValue;
  if (size > most) {
    remark(blocks, tooLarge(tag === tags.xmp ? 'XMP' : 'EXIF', size));
    if (type !== 2) return null;
    // The beginning of an endless text is still evidence.
    count = most;
    size = most;
  }
  walk.fieldBytes += size;
  if (walk.fieldBytes > mostFieldBytes) {
    remark(blocks, remarks.tooMuch);
    return null;
  }
  return { tag, type, count, bytes: await source.read(start, size) };
}

function numberOf(fields: readonly TiffField[], wanted: number, littleEndian: boolean): number | null {
  const field = fields.find(({ tag }) => tag === wanted);
  return field === undefined || field.bytes.length < 2 ? null : valueAt(field, 0, littleEndian);
}

function valueAt(field: TiffField, index: number, littleEndian: boolean): number {
  const view = viewOf(field.bytes);
  if (field.type === 3) return field.bytes.length >= index * 2 + 2 ? view.getUint16(index * 2, littleEndian) : 0;
  return field.bytes.length >= index * 4 + 4 ? view.getUint32(index * 4, littleEndian) : 0;
}
