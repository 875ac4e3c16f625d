import { makePhoto } from './make-photo.ts';
import { sampleExif } from './sample-photo.ts';
import { writeExif } from './write-exif.ts';

const longText = 10 * 1024 * 1024;

/** Photos that break careless readers: each one is a real case, not noise. By what is wrong with them. */
export const hostilePhotos = {
  /** NUL inside text: PostgreSQL's JSON refuses it. */
  nulInText: () => makePhoto({ exif: { ...sampleExif, ImageDescription: 'before\0after', Artist: 'a\0\0b' } }),

  brokenUtf8: () => {
    const broken = Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x41, 0x00);
    return makePhoto({ exif: { ...sampleExif, Artist: broken, Software: broken } });
  },

  /** Bidirectional overrides and terminal escapes: text that tries to look like something else. */
  deceptiveText: () =>
    makePhoto({ exif: { ...sampleExif, Artist: '\u202Egpj.exe', Software: '\u001b[2J<script>alert(1)</script>' } }),

  exifOf10Megabytes: () =>
    makePhoto({ format: 'png', exif: { ...sampleExif, ImageDescription: 'x'.repeat(longText) } }),

  xmpOf10Megabytes: () =>
    makePhoto({ format: 'webp', exif: sampleExif, xmp: { 'xmp:CreatorTool': 'y'.repeat(longText) } }),

  xmpOfManyElements: () =>
    makePhoto({
      format: 'png',
      exif: sampleExif,
      xmp: { 'dc:subject': Array.from({ length: 200_000 }, (_, n) => `k${n}`) },
    }),

  /** Ends in the middle of its metadata. */
  truncatedInMetadata: () => makePhoto({ exif: sampleExif }).subarray(0, 300),

  /** Ends in the middle of its pixels: the metadata are whole. */
  truncatedInPixels: () => {
    const photo = makePhoto({ exif: sampleExif, width: 400, height: 300 });
    return photo.subarray(0, Math.floor(photo.length * 0.6));
  },

  /** The EXIF block's first directory points to itself. */
  directoryLoop: () => {
    const exif = Buffer.from(writeExif({ Make: 'Loop', DateTimeOriginal: '2026:06:21 14:05:33' }));
    const pointer = exif.indexOf(Buffer.from([0x69, 0x87, 4, 0])) + 8;
    exif.writeUInt32LE(8, pointer);
    return makePhoto({ exif });
  },

  /** A tag that claims four thousand million values. */
  lyingCount: () => {
    const exif = Buffer.from(writeExif({ Make: 'A camera with a long name', Model: 'Count' }));
    exif.writeUInt32LE(0xffffffff, exif.indexOf(Buffer.from([0x0f, 0x01, 2, 0])) + 4);
    return makePhoto({ exif });
  },

  noMetadata: () => makePhoto(),
} as const satisfies Record<string, () => Uint8Array>;

export type HostilePhoto = keyof typeof hostilePhotos;
