import type { ByteSource } from './byte-source.ts';

/** Something to tell about how the photo could be read. */
export type Remark = { title: string; explanation: string };

/** The metadata blocks of a photo, still unread, whatever container they were found in. */
export type PhotoBlocks = {
  /** As exiftool names it. */
  fileType: string;
  mimeType: string;
  width?: number;
  height?: number;
  /** A TIFF structure. */
  exif?: ByteSource;
  /** XMP packets as UTF-8, the main one first. */
  xmp: Uint8Array[];
  /** IPTC-IIM records. */
  iptc?: Uint8Array;
  icc?: Uint8Array;
  /** Text chunks of a PNG, by exiftool's names. */
  text: Record<string, string>;
  remarks: Remark[];
};

export function emptyBlocks(fileType: string, mimeType: string): PhotoBlocks {
  return { fileType, mimeType, xmp: [], text: {}, remarks: [] };
}

/** Larger blocks are left out with a remark: no camera or editor writes them, and memory is limited. */
export const blockLimits = { xmp: 2 * 1024 * 1024, iptc: 256 * 1024, icc: 512 * 1024 } as const;

export const remarks = {
  endsInMetadata: {
    title: 'The file ends in the middle of its metadata',
    explanation: 'A structure says that more bytes follow than the file has. What stands before the end was read.',
  },
  damaged: {
    title: 'The metadata are damaged',
    explanation: 'A structure contradicts itself. What could be read before it was read.',
  },
  unknown: {
    title: 'The file has no structure of a photo',
    explanation: 'It begins like none of JPEG, PNG, WebP, HEIC, AVIF or TIFF, or ends right after its beginning.',
  },
  tooMuch: {
    title: 'Not all metadata were read',
    explanation: 'Reading them would have taken more than one photo may cost.',
  },
} as const satisfies Record<string, Remark>;

export function tooLarge(block: string, bytes: number): Remark {
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return { title: `The ${block} block is unusually large`, explanation: `It has ${size} and was not read.` };
}

export function remark(blocks: PhotoBlocks, what: Remark): void {
  if (!blocks.remarks.some(({ title }) => title === what.title)) blocks.remarks.push(what);
}
