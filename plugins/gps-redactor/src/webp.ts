import { cleanExif } from './exif-block.ts';
import { joined } from './iptc.ts';
import { latin1, viewOf, type Removed, type Wanted } from './wanted.ts';
import { cleanXmp } from './xmp-packet.ts';

const known = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Bits of VP8X that say which metadata there are. */
const flags = { exif: 0x08, xmp: 0x04 } as const;
const exifMark = 'Exif\0\0';

/** Takes the position out of a WebP. Chunks of pixels are handed on as they are. */
export function redactWebp(bytes: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array {
  const view = viewOf(bytes);
  const end = Math.min(bytes.length, 8 + view.getUint32(4, true));
  const kept: Uint8Array[] = [];
  let extended: Uint8Array | null = null;
  let gone = 0;
  for (let at = 12; at + 8 <= end;) {
    const type = latin1(bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    const whole = bytes.subarray(at, Math.min(end, at + 8 + size + (size % 2)));
    const data = whole.subarray(8, 8 + size);
    at += 8 + size + (size % 2);
    if (type === 'EXIF') {
      const start = latin1(data.subarray(0, 6)) === exifMark ? 6 : 0;
      if (data.length < size || cleanExif(data.subarray(start), wanted, removed) === null) {
        removed.add('an EXIF block that cannot be read');
        gone |= flags.exif;
      } else kept.push(whole);
    } else if (type === 'XMP ') {
      const clean = data.length < size ? null : cleanXmp(data, wanted, removed);
      if (clean === null) {
        removed.add('XMP that cannot be read');
        gone |= flags.xmp;
      } else {
        data.set(clean);
        kept.push(whole);
      }
    } else if (known.has(type)) {
      if (type === 'VP8X') extended = data;
      kept.push(whole);
    } else removed.add('chunks of an unknown kind');
  }
  if (end < bytes.length) removed.add('data behind the picture');
  if (extended !== null) extended[0] = (extended[0] ?? 0) & ~gone;
  const redacted = joined([bytes.subarray(0, 12), ...kept]);
  viewOf(redacted).setUint32(4, redacted.length - 8, true);
  return redacted;
}
