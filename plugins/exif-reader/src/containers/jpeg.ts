import { latin1, partOf, viewOf, type ByteSource } from '../byte-source.ts';
import { blockLimits, emptyBlocks, remark, remarks, tooLarge, type PhotoBlocks } from '../photo-blocks.ts';

const exifMark = 'Exif\0\0';
const xmpMark = 'http://ns.adobe.com/xap/1.0/\0';
const extendedXmpMark = 'http://ns.adobe.com/xmp/extension/\0';
const photoshopMark = 'Photoshop 3.0\0';
const duckyMark = 'Ducky';
const iccMark = 'ICC_PROFILE\0';
/** Identifier of the whole, its length, and where this part belongs. */
const extendedXmpHead = 32 + 4 + 4;
const mostSegments = 5_000;
const longestComment = 32 * 1024;

type Parts = { extendedXmp: Uint8Array[]; icc: { part: number; bytes: Uint8Array }[]; photoshop: Uint8Array[] };

/** Reads the segments of a JPEG up to its pixels; segments that say nothing about the photo are stepped over. */
export async function readJpeg(source: ByteSource): Promise<PhotoBlocks> {
  const blocks = emptyBlocks('JPEG', 'image/jpeg');
  const parts: Parts = { extendedXmp: [], icc: [], photoshop: [] };
  let at = 2;
  for (let count = 0; ; count += 1) {
    const head = await source.read(at, 4);
    if (head.length < 4 || count > mostSegments) {
      remark(blocks, remarks.endsInMetadata);
      break;
    }
    const marker = head[1] ?? 0;
    if (head[0] !== 0xff) {
      remark(blocks, remarks.damaged);
      break;
    }
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    if ((marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += 2;
      continue;
    }
    const length = viewOf(head).getUint16(2);
    if (length < 2) {
      remark(blocks, remarks.damaged);
      break;
    }
    if (at + 2 + length > source.size) remark(blocks, remarks.endsInMetadata);
    await takeSegment(partOf(source, at + 4, length - 2), marker, blocks, parts);
    at += 2 + length;
  }
  joinParts(blocks, parts);
  return blocks;
}

async function takeSegment(segment: ByteSource, marker: number, blocks: PhotoBlocks, parts: Parts): Promise<void> {
  const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
  if (frame) {
    const bytes = await segment.read(0, 5);
    if (bytes.length < 5 || blocks.width !== undefined) return;
    blocks.height = viewOf(bytes).getUint16(1);
    blocks.width = viewOf(bytes).getUint16(3);
  } else if (marker === 0xe1) {
    const mark = latin1(await segment.read(0, extendedXmpMark.length));
    // The first EXIF block counts: a second one is what a careless editor leaves behind.
    if (mark.startsWith(exifMark)) blocks.exif ??= partOf(segment, exifMark.length, segment.size);
    else if (mark.startsWith(xmpMark)) blocks.xmp.push(await segment.read(xmpMark.length, segment.size));
    else if (mark === extendedXmpMark) {
      parts.extendedXmp.push(await segment.read(extendedXmpMark.length + extendedXmpHead, segment.size));
    }
  } else if (marker === 0xed && latin1(await segment.read(0, photoshopMark.length)) === photoshopMark) {
    parts.photoshop.push(await segment.read(photoshopMark.length, segment.size));
  } else if (marker === 0xe2 && latin1(await segment.read(0, iccMark.length)) === iccMark) {
    const bytes = await segment.read(iccMark.length, segment.size);
    parts.icc.push({ part: bytes[0] ?? 0, bytes: bytes.subarray(2) });
  } else if (marker === 0xfe) {
    blocks.text.Comment ??= new TextDecoder().decode(await segment.read(0, longestComment)).replace(/\0[^]*$/, '');
  } else if (marker === 0xec && latin1(await segment.read(0, duckyMark.length)) === duckyMark) {
    readDucky(await segment.read(duckyMark.length, segment.size), blocks);
  }
}

/** What Photoshop's "Save for web" keeps: comment and copyright as UTF-16. */
function readDucky(bytes: Uint8Array, blocks: PhotoBlocks): void {
  const view = viewOf(bytes);
  for (let at = 0; at + 4 <= bytes.length;) {
    const tag = view.getUint16(at);
    const end = Math.min(bytes.length, at + 4 + view.getUint16(at + 2));
    if (tag === 0) return;
    if (tag === 2 || tag === 3) {
      let text = '';
      for (let from = at + 8; from + 2 <= end; from += 2) text += String.fromCharCode(view.getUint16(from));
      blocks.text[tag === 2 ? 'Comment' : 'Copyright'] ??= text.replace(/\0[^]*$/, '');
    }
    at = end;
  }
}

function joinParts(blocks: PhotoBlocks, parts: Parts): void {
  const join = (name: string, pieces: readonly Uint8Array[], most: number): Uint8Array | undefined => {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (size > most) remark(blocks, tooLarge(name, size));
    return size === 0 || size > most ? undefined : concat(pieces, size);
  };
  const extended = join('XMP', parts.extendedXmp, blockLimits.xmp);
  if (extended !== undefined) blocks.xmp.push(extended);
  const icc = join(
    'ICC',
    parts.icc.toSorted((a, b) => a.part - b.part).map(({ bytes }) => bytes),
    blockLimits.icc,
  );
  if (icc !== undefined) blocks.icc = icc;
  const photoshop = join('Photoshop', parts.photoshop, blockLimits.iptc * 4);
  const iptc = photoshop === undefined ? undefined : iptcOf(photoshop);
  if (iptc !== undefined && iptc.length <= blockLimits.iptc) blocks.iptc = iptc;
}

/** The IPTC records among Photoshop's image resources. */
function iptcOf(resources: Uint8Array): Uint8Array | undefined {
  const view = viewOf(resources);
  for (let at = 0; at + 12 <= resources.length && latin1(resources.subarray(at, at + 4)) === '8BIM';) {
    const nameBytes = 1 + (resources[at + 6] ?? 0);
    const head = at + 6 + nameBytes + (nameBytes % 2);
    if (head + 4 > resources.length) return undefined;
    const size = view.getUint32(head);
    if (view.getUint16(at + 4) === 0x0404) return resources.subarray(head + 4, head + 4 + size);
    at = head + 4 + size + (size % 2);
  }
  return undefined;
}

function concat(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
