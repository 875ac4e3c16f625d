import { cleanExif } from './exif-block.ts';
import { cleanPhotoshop, joined } from './iptc.ts';
import { mapMultiPictures, multiPictureRanges } from './multi-picture.ts';
import { latin1, RefusedError, viewOf, type Removed, type Wanted } from './wanted.ts';
import { cleanXmp } from './xmp-packet.ts';

type Range = { start: number; end: number };

const marks = {
  exif: 'Exif\0\0',
  xmp: 'http://ns.adobe.com/xap/1.0/\0',
  extendedXmp: 'http://ns.adobe.com/xmp/extension/\0',
  photoshop: 'Photoshop 3.0\0',
  multiPicture: 'MPF\0',
} as const;
/** Identifier, length and place of a part of extended XMP. */
const extendedXmpHead = marks.extendedXmp.length + 32 + 4 + 4;
/** By segment: what it may begin with to stay. Every other application's segment goes: nobody knows what is in it. */
const harmless: Record<number, readonly string[]> = {
  0xe0: ['JFIF\0', 'JFXX\0'],
  0xe2: ['ICC_PROFILE\0', marks.multiPicture],
  0xec: ['Ducky'],
  0xee: ['Adobe'],
};
const mostSegments = 5_000;
const deepest = 3;

type Work = {
  bytes: Uint8Array;
  wanted: Wanted;
  removed: Removed;
  doomed: Range[];
  extendedXmp: Range[];
  /** Where the index of several pictures begins. */
  multiPicture: Range | null;
  depth: number;
};

/**
 * Takes the position out of a JPEG, in place where that is possible.
 * @param bytes are changed
 * @returns the part of `bytes` that is the redacted photo
 */
export function redactJpeg(bytes: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array {
  const work = cleanPicture(bytes, wanted, removed, 0);
  if (work.doomed.length === 0) return bytes;
  const doomed = work.doomed.toSorted((a, b) => a.start - b.start);
  if (work.multiPicture !== null) mapMultiPictures(bytes, work.multiPicture, doomed);
  let to = 0;
  let at = 0;
  for (const { start, end } of doomed) {
    if (start > at) {
      bytes.copyWithin(to, at, start);
      to += start - at;
    }
    at = Math.max(at, end);
  }
  bytes.copyWithin(to, at);
  return bytes.subarray(0, to + bytes.length - at);
}

/** A JPEG inside of a photo keeps its length: what goes is filled with bytes that the standard allows before a marker. */
function redactInside(bytes: Uint8Array, wanted: Wanted, removed: Removed, depth: number): void {
  if (depth > deepest || bytes[0] !== 0xff || bytes[1] !== 0xd8) return;
  const { doomed } = cleanPicture(bytes, wanted, removed, depth);
  for (const { start, end } of doomed) bytes.fill(0xff, start, end);
}

function cleanPicture(bytes: Uint8Array, wanted: Wanted, removed: Removed, depth: number): Work {
  const work: Work = { bytes, wanted, removed, depth, doomed: [], extendedXmp: [], multiPicture: null };
  let at = 2;
  let end = bytes.length;
  let inScan = false;
  for (let count = 0; ; count += 1) {
    const found = nextMarker(bytes, at);
    if (found === null) break;
    // What stands between two segments is no part of a picture: nobody knows what it is.
    if (!inScan && found > at) doom(work, at, found);
    const marker = bytes[found + 1] ?? 0;
    at = found + 2;
    if (marker === 0xd9) {
      end = at;
      break;
    }
    if (marker === 0xd8 || marker === 0x01) continue;
    if (count > mostSegments) throw new RefusedError('It has more segments than any photo.');
    const length = at + 2 > bytes.length ? 0 : viewOf(bytes).getUint16(at);
    if (length < 2 || at + length > bytes.length) {
      // The file ends inside of a segment: nothing behind its mark can be cleaned.
      if (marker >= 0xe1 && marker <= 0xef) {
        work.doomed.push({ start: found, end: bytes.length });
        removed.add('a segment that is not whole');
      }
      break;
    }
    inScan = marker === 0xda;
    cleanSegment(work, marker, { start: found, end: at + length });
    at += length;
  }
  cleanExtendedXmp(work);
  cleanBehind(work, end);
  return work;
}

function doom({ bytes, doomed, removed }: Work, start: number, end: number): void {
  if (bytes.subarray(start, end).every((byte) => byte === 0xff)) return;
  removed.add('bytes between segments');
  doomed.push({ start, end });
}

/** The next marker that is a segment's, or the end. Skips what belongs to a scan. */
function nextMarker(bytes: Uint8Array, from: number): number | null {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else return at;
  }
  return null;
}

function cleanSegment(work: Work, marker: number, segment: Range): void {
  const { bytes, wanted, removed, doomed } = work;
  const payload = bytes.subarray(segment.start + 4, segment.end);
  const mark = latin1(payload.subarray(0, 40));
  const drop = (what: string): void => {
    removed.add(what);
    doomed.push(segment);
  };
  if (marker === 0xe1 && mark.startsWith(marks.exif)) {
    if (!cleanExifBlock(work, payload.subarray(marks.exif.length))) drop('an EXIF block that cannot be read');
  } else if (marker === 0xe1 && mark.startsWith(marks.xmp)) {
    const packet = payload.subarray(marks.xmp.length);
    const clean = cleanXmp(packet, wanted, removed);
    if (clean === null) drop('XMP that cannot be read');
    else packet.set(clean);
  } else if (marker === 0xe1 && mark.startsWith(marks.extendedXmp)) work.extendedXmp.push(segment);
  else if (marker === 0xed && mark.startsWith(marks.photoshop)) cleanPhotoshopSegment(work, segment);
  else if (marker === 0xe2 && mark.startsWith(marks.multiPicture)) {
    work.multiPicture ??= { start: segment.start + 4 + marks.multiPicture.length, end: segment.end };
  } else if (marker === 0xfe) {
    if (/gps|latitude|longitude|geo:/i.test(latin1(payload))) drop('a comment');
  } else if (marker >= 0xe0 && marker <= 0xef && !(harmless[marker] ?? []).some((begin) => mark.startsWith(begin))) {
    drop(
      marker === 0xeb
        ? 'Content Credentials, which hold for the original only'
        : `data of an application (APP${marker - 0xe0})`,
    );
  }
}

function cleanExifBlock({ wanted, removed, depth }: Work, block: Uint8Array): boolean {
  const thumbnails = cleanExif(block, wanted, removed);
  if (thumbnails === null) return false;
  for (const { start, end } of thumbnails) redactInside(block.subarray(start, end), wanted, removed, depth + 1);
  return true;
}

function cleanPhotoshopSegment(work: Work, segment: Range): void {
  const { bytes, wanted, removed, doomed, depth } = work;
  const start = segment.start + 4 + marks.photoshop.length;
  const block = bytes.subarray(start, segment.end);
  const clean = cleanPhotoshop(block, wanted, removed, {
    exif: (inside) => cleanExifBlock(work, inside),
    xmp: (packet) => cleanXmp(packet, wanted, removed),
    thumbnail: (jpeg) => redactInside(jpeg, wanted, removed, depth + 1),
  });
  if (clean === block) return;
  if (clean === null || clean.length === 0) {
    if (clean === null) removed.add('a Photoshop block that cannot be read');
    doomed.push(segment);
    return;
  }
  block.set(clean);
  const end = start + clean.length;
  viewOf(bytes).setUint16(segment.start + 2, end - segment.start - 2);
  doomed.push({ start: end, end: segment.end });
}

/** The parts belong together; each keeps its length. */
function cleanExtendedXmp({ bytes, extendedXmp, wanted, removed, doomed }: Work): void {
  if (extendedXmp.length === 0) return;
  const parts = extendedXmp
    .map(({ start, end }) => ({
      place: start + 4 + extendedXmpHead <= end ? viewOf(bytes).getUint32(start + 4 + extendedXmpHead - 4) : 0,
      data: bytes.subarray(Math.min(end, start + 4 + extendedXmpHead), end),
    }))
    .toSorted((a, b) => a.place - b.place);
  const clean = cleanXmp(joined(parts.map(({ data }) => data)), wanted, removed);
  if (clean === null) {
    removed.add('XMP that cannot be read');
    doomed.push(...extendedXmp);
    return;
  }
  let at = 0;
  for (const { data } of parts) {
    data.set(clean.subarray(at, at + data.length));
    at += data.length;
  }
}

/** Behind the picture only further pictures that the photo announces stay, each of them redacted too. */
function cleanBehind(work: Work, end: number): void {
  const { bytes, multiPicture, doomed, removed, wanted, depth } = work;
  if (end >= bytes.length) return;
  const pictures = multiPicture === null ? [] : multiPictureRanges(bytes, multiPicture);
  let at = end;
  for (const { start, end: pictureEnd } of pictures.toSorted((a, b) => a.start - b.start)) {
    if (start < at || bytes[start] !== 0xff || bytes[start + 1] !== 0xd8) continue;
    if (start > at) doomed.push({ start: at, end: start });
    redactInside(bytes.subarray(start, pictureEnd), wanted, removed, depth + 1);
    at = pictureEnd;
  }
  if (at < bytes.length) {
    doomed.push({ start: at, end: bytes.length });
    removed.add('data behind the picture');
  }
}
