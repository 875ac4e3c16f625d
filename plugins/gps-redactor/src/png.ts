import { Unzlib, zlibSync } from 'fflate';
import { cleanExif } from './exif-block.ts';
import { cleanIptc, cleanPhotoshop, joined } from './iptc.ts';
import { fromLatin1, isUnwanted, latin1, RefusedError, viewOf, type Removed, type Wanted } from './wanted.ts';
import { cleanXmp } from './xmp-packet.ts';

/** Chunks of the PNG specification, and those of animation. Others go: nobody knows what is in them. */
const known = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT tIME acTL fcTL fdAT'.split(' '),
);
const xmpKeyword = 'XML:com.adobe.xmp';
const profileKeyword = 'Raw profile type ';
const xmpMark = 'http://ns.adobe.com/xap/1.0/\0';
const photoshopMark = 'Photoshop 3.0\0';
const mostText = 4 * 1024 * 1024;
const mostChunks = 200_000;

type Text = { keyword: string; data: Uint8Array; /** What stands between keyword and text in iTXt. */ between: string };

/** Takes the position out of a PNG. Chunks of pixels are handed on as they are, with their checksums. */
export function redactPng(bytes: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  let at = 8;
  for (let count = 0; at + 12 <= bytes.length; count += 1) {
    if (count > mostChunks) throw new RefusedError('It has more chunks than any photo.');
    const end = at + 12 + view.getUint32(at);
    const type = latin1(bytes.subarray(at + 4, at + 8));
    // Cut off: of pixels the beginning stays, of metadata nothing.
    if (end > bytes.length && type !== 'IDAT') break;
    const whole = bytes.subarray(at, Math.min(end, bytes.length));
    const data = whole.subarray(8, whole.length - 4);
    at = end;
    if (type === 'eXIf') {
      if (cleanExif(data, wanted, removed) === null) removed.add('an EXIF block that cannot be read');
      else kept.push(chunk(type, data));
    } else if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
      const clean = cleanText(type, whole, wanted, removed);
      if (clean !== null) kept.push(clean);
    } else if (type === 'tIME' && wanted.times) removed.add('PNG times');
    else if (known.has(type)) kept.push(whole);
    else
      removed.add(
        type === 'caBX' ? 'Content Credentials, which hold for the original only' : 'chunks of an unknown kind',
      );
    if (type === 'IEND') break;
  }
  if (at < bytes.length) removed.add('data behind the picture');
  return joined(kept);
}

/** @returns the chunk as it was, a cleaned one, or null where it goes */
function cleanText(type: string, whole: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array | null {
  const data = whole.subarray(8, whole.length - 4);
  const text = readText(type, data);
  if (text === null) {
    removed.add('text that cannot be read');
    return null;
  }
  const why = isUnwanted(text.keyword.slice(text.keyword.lastIndexOf(':') + 1).replaceAll(/[ _-]/g, ''), wanted);
  if (why !== null) {
    removed.add(`PNG ${why}`);
    return null;
  }
  if (text.keyword === xmpKeyword) {
    const clean = cleanXmp(text.data, wanted, removed);
    if (clean === text.data) return whole;
    if (clean !== null) return writeText(type, text, clean);
    removed.add('XMP that cannot be read');
    return null;
  }
  if (!text.keyword.startsWith(profileKeyword)) return whole;
  const clean = cleanProfile(text, wanted, removed);
  if (clean === null) {
    removed.add('a raw profile that cannot be read');
    return null;
  }
  return clean === text.data ? whole : writeText(type, text, clean);
}

function readText(type: string, data: Uint8Array): Text | null {
  const end = data.indexOf(0);
  if (end < 0) return null;
  const keyword = latin1(data.subarray(0, end));
  if (type === 'tEXt') return { keyword, data: data.subarray(end + 1), between: '' };
  if (type === 'zTXt') {
    const plain = unpack(data.subarray(end + 2));
    return plain && { keyword, data: plain, between: '' };
  }
  const packed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return null;
  const rest = data.subarray(translated + 1);
  const plain = packed ? unpack(rest) : rest;
  return plain && { keyword, data: plain, between: latin1(data.subarray(end + 3, translated + 1)) };
}

function writeText(type: string, { keyword, between }: Text, data: Uint8Array): Uint8Array {
  if (type === 'tEXt') return chunk(type, joined([fromLatin1(`${keyword}\0`), data]));
  if (type === 'zTXt') return chunk(type, joined([fromLatin1(`${keyword}\0\0`), zlibSync(data)]));
  return chunk(type, joined([fromLatin1(`${keyword}\0\0\0${between}`), data]));
}

/** ImageMagick's way to keep a block: its name, its length and its bytes as hex digits. */
function cleanProfile({ keyword, data }: Text, wanted: Wanted, removed: Removed): Uint8Array | null {
  const kind = keyword.slice(profileKeyword.length).toLowerCase();
  if (kind === 'icc' || kind === 'icm') return data;
  const match = /^\s*\S+\s+\d+\s+([0-9a-f\s]*)$/i.exec(latin1(data));
  if (match === null) return null;
  const hex = (match[1] ?? '').replaceAll(/\s/g, '');
  const block = Uint8Array.from({ length: hex.length >> 1 }, (_, at) =>
    Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16),
  );
  const before = new Set(removed);
  const clean = cleanBlock(block, wanted, removed);
  if (clean === null) return null;
  if (removed.size === before.size && clean === block) {
    // Nothing new went; cleaning is in place, so that the same block may have changed all the same.
    const same = block.every((byte, at) => byte === Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
    if (same) return data;
  }
  const lines: string[] = [];
  for (let at = 0; at < clean.length; at += 36) {
    lines.push(Array.from(clean.subarray(at, at + 36), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return fromLatin1(`\n${kind}\n${String(clean.length).padStart(8)}\n${lines.join('\n')}\n`);
}

function cleanBlock(block: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array | null {
  const mark = latin1(block.subarray(0, 40));
  if (mark.startsWith('Exif\0\0')) return cleanExif(block.subarray(6), wanted, removed) && block;
  if (mark.startsWith('II*\0') || mark.startsWith('MM\0*')) return cleanExif(block, wanted, removed) && block;
  if (mark.startsWith(xmpMark)) {
    const clean = cleanXmp(block.subarray(xmpMark.length), wanted, removed);
    return clean && joined([fromLatin1(xmpMark), clean]);
  }
  if (mark.startsWith('<')) return cleanXmp(block, wanted, removed);
  const cleaners = {
    exif: (inside: Uint8Array) => cleanExif(inside, wanted, removed) !== null,
    xmp: (packet: Uint8Array) => cleanXmp(packet, wanted, removed),
    thumbnail: () => {},
  };
  if (mark.startsWith(photoshopMark)) {
    const clean = cleanPhotoshop(block.subarray(photoshopMark.length), wanted, removed, cleaners);
    return clean && joined([fromLatin1(photoshopMark), clean]);
  }
  if (mark.startsWith('8BIM')) return cleanPhotoshop(block, wanted, removed, cleaners);
  return mark.startsWith('\x1c') ? cleanIptc(block, wanted, removed) : null;
}

/** Unpacks up to a limit: a few kilobytes can claim gigabytes. */
function unpack(packed: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const stream = new Unzlib((bytes) => {
      size += bytes.length;
      if (size > mostText) throw new RangeError('too large');
      parts.push(bytes);
    });
    for (let at = 0; at < packed.length; at += 4_096)
      stream.push(packed.subarray(at, at + 4_096), at + 4_096 >= packed.length);
  } catch {
    // The packed text of a stranger: whatever the library says about it, the text cannot be read.
    return null;
  }
  return joined(parts);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, value) => {
  let crc = value;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function chunk(type: string, data: Uint8Array): Uint8Array {
  const whole = joined([new Uint8Array(4), fromLatin1(type), data, new Uint8Array(4)]);
  const view = viewOf(whole);
  view.setUint32(0, data.length);
  let crc = 0xffffffff;
  for (const byte of whole.subarray(4, whole.length - 4)) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  view.setUint32(whole.length - 4, ~crc >>> 0);
  return whole;
}
