import { loadView } from 'exifreader/src/exif-reader.js';
import { latin1, ReadingBudgetError, viewOf, type ByteSource } from './byte-source.ts';
import { heifFileType, readHeif } from './containers/heif.ts';
import { readJpeg } from './containers/jpeg.ts';
import { readPng } from './containers/png.ts';
import { readTiff, readTiffContent, type TiffContent, type TiffField } from './containers/tiff.ts';
import { readWebp } from './containers/webp.ts';
import { findPreview, type Preview } from './find-preview.ts';
import { exifValues, type LibraryTag } from './exif-values.ts';
import type { Finding, Json, Metadata } from './json.ts';
import { iccValues, iptcValues, xmpValues } from './other-values.ts';
import { xmlParser } from './parse-xml.ts';
import { blockLimits, remark, remarks, tooLarge, type PhotoBlocks, type Remark } from './photo-blocks.ts';
import { writeTiff } from './write-tiff.ts';

export type PhotoReading = { metadata: Metadata; findings: Finding[]; preview: Preview | null };

const undefinedBytes = 7;
/** Tags under which a TIFF carries the other kinds of metadata; the library reads them there. */
const carried = { iptc: 0x83bb, icc: 0x8773 } as const;
const packetStart = '<?xpacket begin';
const mostPacketEnds = 8;

/** Everything a photo says about itself. A damaged photo gives what can be read, and findings that say so. */
export async function readPhoto(source: ByteSource, fileName: string): Promise<PhotoReading> {
  let blocks: PhotoBlocks | null;
  try {
    blocks = await readBlocks(source, fileName);
  } catch (error) {
    return { metadata: {}, findings: [findingOf(remarkOf(error))], preview: null };
  }
  if (blocks === null) return { metadata: {}, findings: [findingOf(remarks.unknown)], preview: null };
  const metadata: Record<string, Json> = { FileType: blocks.fileType, MIMEType: blocks.mimeType };
  const before = Object.keys(metadata).length;
  try {
    await interpret(blocks, metadata);
  } catch (error) {
    remark(blocks, remarkOf(error));
  }
  if (Object.keys(metadata).length === before) {
    remark(blocks, {
      title: 'The photo carries no metadata',
      explanation: 'No EXIF, XMP or IPTC block was found. Messengers, social networks and screenshots leave none.',
    });
  }
  if (blocks.width !== undefined && blocks.height !== undefined) {
    Object.assign(metadata, { ImageWidth: blocks.width, ImageHeight: blocks.height });
  }
  return { metadata, findings: blocks.remarks.map(findingOf), preview: await previewOf(blocks) };
}

/** That a preview cannot be read is no news about the photo: the browser says that it draws none. */
async function previewOf(blocks: PhotoBlocks): Promise<Preview | null> {
  try {
    return await findPreview(blocks);
  } catch (error) {
    remarkOf(error);
    return null;
  }
}

async function readBlocks(source: ByteSource, fileName: string): Promise<PhotoBlocks | null> {
  const head = await source.read(0, 128);
  const text = latin1(head.subarray(0, 12));
  if (text.startsWith('\xff\xd8')) return readJpeg(source);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return readPng(source);
  if (/^RIFF[\s\S]{4}WEBP/.test(text)) return readWebp(source);
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return readTiff(source, fileName);
  const heif = heifFileType(head);
  return heif === null ? null : readHeif(source, heif);
}

/** The first source of a tag counts; where another one says something else, it stands beside it under its own name. */
async function interpret(blocks: PhotoBlocks, metadata: Record<string, Json>): Promise<void> {
  const isTiff = blocks.mimeType !== 'image/jpeg' && /tiff|canon|adobe|nikon/.test(blocks.mimeType);
  const content =
    blocks.exif === undefined ? null : await readTiffContent(blocks.exif, isTiff ? quiet(blocks) : blocks);
  const small = withCarried(content, blocks);
  const tags = small === null ? {} : libraryTags(writeTiff(small));

  const { values, hidden } = exifValues(tags.exif ?? {});
  for (const name of hidden) {
    remark(blocks, {
      title: `Text continues behind a NUL character in ${name}`,
      explanation: 'Programs show the text up to this character only.',
    });
  }
  if (content?.fullSize)
    Object.assign(values, { ImageWidth: content.fullSize.width, ImageHeight: content.fullSize.height });
  if (content?.thumbnailLength != null) values.ThumbnailLength = content.thumbnailLength;
  merge(metadata, values, 'EXIF');
  merge(metadata, blocks.text, 'PNG');
  merge(metadata, iptcValues(tags.iptc ?? {}), 'IPTC');
  for (const packet of blocks.xmp) merge(metadata, readXmp(packet, blocks), 'XMP');
  merge(metadata, iccValues(tags.icc ?? {}), 'ICC');
}

function merge(metadata: Record<string, Json>, values: Readonly<Record<string, Json>>, group: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || name === '__proto__') continue;
    if (!Object.hasOwn(metadata, name)) metadata[name] = value;
    else if (String(metadata[name]) !== String(value)) metadata[`${group}:${name}`] = value;
  }
}

/** The walk through a TIFF was made once already, to tell its kind: its remarks stand, its blocks must not come twice. */
function quiet(blocks: PhotoBlocks): PhotoBlocks {
  return { ...blocks, xmp: [], remarks: [] };
}

function withCarried(content: TiffContent | null, blocks: PhotoBlocks): TiffContent | null {
  const extra = (['iptc', 'icc'] as const).flatMap((name): TiffField[] => {
    const bytes = blocks[name];
    if (bytes === undefined || bytes.length > blockLimits[name]) return [];
    return [{ tag: carried[name], type: undefinedBytes, count: bytes.length, bytes }];
  });
  if (content === null && extra.length === 0) return null;
  const base = content ?? {
    littleEndian: true,
    main: [],
    exif: [],
    gps: [],
    fullSize: null,
    thumbnailLength: null,
    raw: false,
  };
  return { ...base, main: [...base.main, ...extra] };
}

type LibraryGroups = {
  exif?: Record<string, LibraryTag>;
  iptc?: Record<string, LibraryTag>;
  icc?: Record<string, LibraryTag>;
};

function libraryTags(bytes: Uint8Array): LibraryGroups {
  // Its types name each tag; here they are data under the names it gives.
  return loadView(viewOf(bytes), { expanded: true, computed: true }) as unknown as LibraryGroups;
}

function readXmp(packet: Uint8Array, blocks: PhotoBlocks): Record<string, Json> {
  if (packet.length > blockLimits.xmp) {
    remark(blocks, tooLarge('XMP', packet.length));
    return {};
  }
  const utf8 = fromUtf16(packet);
  const text = latin1(utf8);
  const bytes = text.startsWith(packetStart) ? utf8 : withPacketStart(utf8);
  // The library looks from every packet end to the end of the text: many of them would take it minutes.
  const sane = text.split('<?xpacket end').length <= mostPacketEnds;
  const xmp = sane ? loadView(viewOf(bytes), { expanded: true, domParser: xmlParser }).xmp : undefined;
  if (xmp === undefined || Object.keys(xmp).length === 0) {
    remark(blocks, {
      title: 'The XMP block cannot be read',
      explanation: 'It is not well-formed XML, or larger than editors write.',
    });
    return {};
  }
  return xmpValues(xmp);
}

/** XMP may be UTF-16, in either byte order; its first character is ASCII, so that one of two bytes is zero. */
function fromUtf16(packet: Uint8Array): Uint8Array {
  const marked = packet[0] === 0xfe || packet[0] === 0xff;
  const littleEndian = marked ? packet[0] === 0xff : packet[1] === 0;
  if (!marked && packet[0] !== 0 && packet[1] !== 0) return packet;
  const view = viewOf(packet);
  let text = '';
  for (let at = marked ? 2 : 0; at + 2 <= packet.length; at += 2)
    text += String.fromCharCode(view.getUint16(at, littleEndian));
  return new TextEncoder().encode(text);
}

/** The mark by which the library knows a packet without a photo around it. */
function withPacketStart(packet: Uint8Array): Uint8Array {
  const mark = new TextEncoder().encode(`${packetStart}="" id=""?>`);
  const whole = new Uint8Array(mark.length + packet.length);
  whole.set(mark);
  whole.set(packet, mark.length);
  return whole;
}

/** What a photo can cause. Anything else (the host's answer to a read, above all) is not the photo's fault. */
function remarkOf(error: unknown): Remark {
  if (error instanceof ReadingBudgetError) return remarks.tooMuch;
  if (error instanceof RangeError || error instanceof TypeError) return remarks.damaged;
  throw error;
}

function findingOf({ title, explanation }: Remark): Finding {
  return { severity: 'note', confidence: 1, title, explanation };
}
