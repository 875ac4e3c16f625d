import { latin1, partOf, sourceOf, viewOf, type ByteSource } from '../byte-source.ts';
import { blockLimits, emptyBlocks, remark, remarks, tooLarge, type PhotoBlocks } from '../photo-blocks.ts';

const mostMetaBytes = 4 * 1024 * 1024;
const mostBoxes = 10_000;
/** A photo has one EXIF and one or two XMP items, each in one piece. */
const mostMetadataItems = 16;
const mostExtents = 10_000;
const avifBrands = ['avif', 'avis'];
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

type Box = { type: string; start: number; end: number };
type Item = { id: number; type: string; contentType: string };
type Extent = { fromItemData: boolean; offset: number; length: number };

/** By the brands in the first box: HEIC and AVIF share everything else. */
export function heifFileType(head: Uint8Array): 'HEIC' | 'AVIF' | null {
  if (latin1(head.subarray(4, 8)) !== 'ftyp') return null;
  const size = viewOf(head).getUint32(0);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= Math.min(size, head.length, 128); at += 4) brands.push(latin1(head.subarray(at, at + 4)));
  if (brands.some((brand) => avifBrands.includes(brand))) return 'AVIF';
  return brands.some((brand) => heicBrands.includes(brand)) ? 'HEIC' : null;
}

/** Reads the item table of a HEIC or AVIF and, of all items, only EXIF and XMP. */
export async function readHeif(source: ByteSource, fileType: 'HEIC' | 'AVIF'): Promise<PhotoBlocks> {
  const blocks = emptyBlocks(fileType, fileType === 'HEIC' ? 'image/heic' : 'image/avif');
  const meta = await findMeta(source, blocks);
  if (meta === null) return blocks;
  const boxes = boxesIn(meta, 4, meta.length);
  readProperties(meta, boxes, blocks);
  const items = readItems(meta, boxes).filter(
    ({ type, contentType }) => type === 'Exif' || (type === 'mime' && contentType === 'application/rdf+xml'),
  );
  for (const { id, type } of items.slice(0, mostMetadataItems)) {
    const isExif = type === 'Exif';
    const bytes = await readItem(source, meta, boxes, id, blocks);
    if (bytes === null) continue;
    if (!isExif) blocks.xmp.push(bytes);
    else if (bytes.length > 8) {
      // The first four bytes say how much stands before the TIFF structure.
      const start = 4 + viewOf(bytes).getUint32(0);
      blocks.exif ??= sourceOf(bytes.subarray(start));
    }
  }
  return blocks;
}

async function findMeta(source: ByteSource, blocks: PhotoBlocks): Promise<Uint8Array | null> {
  let at = 0;
  for (let count = 0; at < source.size && count < mostBoxes; count += 1) {
    const head = await source.read(at, 16);
    if (head.length < 8) break;
    const view = viewOf(head);
    const short = view.getUint32(0);
    const large = short === 1 && head.length === 16;
    const size = large ? Number(view.getBigUint64(8)) : short === 0 ? source.size - at : short;
    const headBytes = large ? 16 : 8;
    if (size < headBytes) {
      remark(blocks, remarks.damaged);
      return null;
    }
    if (latin1(head.subarray(4, 8)) === 'meta') {
      const length = size - headBytes;
      if (at + size > source.size) remark(blocks, remarks.endsInMetadata);
      if (length > mostMetaBytes) {
        remark(blocks, tooLarge('meta', length));
        return null;
      }
      return source.read(at + headBytes, length);
    }
    at += size;
  }
  remark(blocks, remarks.endsInMetadata);
  return null;
}

function boxesIn(bytes: Uint8Array, start: number, end: number): Box[] {
  const view = viewOf(bytes);
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end && boxes.length < mostBoxes;) {
    const size = view.getUint32(at);
    const boxEnd = size === 0 ? end : at + size;
    if (boxEnd < at + 8 || boxEnd > end) break;
    boxes.push({ type: latin1(bytes.subarray(at + 4, at + 8)), start: at + 8, end: boxEnd });
    at = boxEnd;
  }
  return boxes;
}

function readItems(meta: Uint8Array, boxes: readonly Box[]): Item[] {
  const table = boxes.find(({ type }) => type === 'iinf');
  if (table === undefined || table.end - table.start < 8) return [];
  const entries = boxesIn(meta, table.start + (meta[table.start] === 0 ? 6 : 8), table.end);
  return entries.flatMap(({ type, start, end }) => {
    const version = meta[start] ?? 0;
    if (type !== 'infe' || version < 2 || end - start < 12) return [];
    const view = viewOf(meta);
    const id = version === 2 ? view.getUint16(start + 4) : view.getUint32(start + 4);
    const typeAt = start + (version === 2 ? 8 : 10);
    const [, contentType = ''] = latin1(meta.subarray(typeAt + 4, end)).split('\0');
    return [{ id, type: latin1(meta.subarray(typeAt, typeAt + 4)), contentType }];
  });
}

/** Width and height are those of the largest image: tiles and previews are smaller. */
function readProperties(meta: Uint8Array, boxes: readonly Box[], blocks: PhotoBlocks): void {
  const all = boxes.find(({ type }) => type === 'iprp');
  const container = all && boxesIn(meta, all.start, all.end).find(({ type }) => type === 'ipco');
  if (container === undefined) return;
  const view = viewOf(meta);
  for (const { type, start, end } of boxesIn(meta, container.start, container.end)) {
    if (type === 'ispe' && end - start >= 12) {
      const width = view.getUint32(start + 4);
      const height = view.getUint32(start + 8);
      if (width * height > (blocks.width ?? 0) * (blocks.height ?? 0)) Object.assign(blocks, { width, height });
    } else if (type === 'colr' && ['prof', 'rICC'].includes(latin1(meta.subarray(start, start + 4)))) {
      if (end - start - 4 <= blockLimits.icc) blocks.icc ??= meta.subarray(start + 4, end);
    }
  }
}

async function readItem(
  source: ByteSource,
  meta: Uint8Array,
  boxes: readonly Box[],
  id: number,
  blocks: PhotoBlocks,
): Promise<Uint8Array | null> {
  const extents = findExtents(meta, boxes, id);
  const size = extents.reduce((sum, { length }) => sum + length, 0);
  if (size > blockLimits.xmp) {
    remark(blocks, tooLarge('metadata', size));
    return null;
  }
  const itemData = boxes.find(({ type }) => type === 'idat');
  const whole = new Uint8Array(size);
  let filled = 0;
  for (const { fromItemData, offset, length } of extents) {
    const from = fromItemData ? partOf(sourceOf(meta), itemData?.start ?? meta.length, meta.length) : source;
    const bytes = await from.read(offset, length);
    if (bytes.length < length) remark(blocks, remarks.endsInMetadata);
    whole.set(bytes, filled);
    filled += bytes.length;
  }
  return filled === 0 ? null : whole.subarray(0, filled);
}

/** Where the bytes of one item lie, from the `iloc` box. */
function findExtents(meta: Uint8Array, boxes: readonly Box[], wanted: number): Extent[] {
  const box = boxes.find(({ type }) => type === 'iloc');
  if (box === undefined || box.end - box.start < 8) return [];
  const view = viewOf(meta);
  let at = box.start + 6;
  const take = (bytes: number): number => {
    if (at + bytes > box.end) throw new RangeError('The item table ends early.');
    let value = 0;
    for (const end = at + bytes; at < end; at += 1) value = value * 256 + view.getUint8(at);
    return value;
  };
  const version = view.getUint8(box.start);
  const sizes = view.getUint16(box.start + 4);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version > 0 ? sizes & 15 : 0;
  let seen = 0;
  try {
    for (let rest = take(version < 2 ? 2 : 4); rest > 0; rest -= 1) {
      const id = take(version < 2 ? 2 : 4);
      const fromItemData = version > 0 && (take(2) & 15) === 1;
      take(2);
      const base = take(baseBytes);
      const extents: Extent[] = [];
      for (let count = take(2); count > 0; count -= 1) {
        // Entries may take no bytes at all: the box's size does not bound their number.
        if ((seen += 1) > mostExtents) return [];
        take(indexBytes);
        extents.push({ fromItemData, offset: base + take(offsetBytes), length: take(lengthBytes) });
      }
      if (id === wanted) return extents;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return [];
}
