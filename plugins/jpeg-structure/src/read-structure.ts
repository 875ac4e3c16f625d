import { partOf, type ByteSource } from '@proofpix/pixels/byte-source';
import { findJpegPictures } from '@proofpix/pixels/embedded-pictures';
import { decodeJpeg } from '@proofpix/pixels/jpeg/decode-jpeg';
import { orientRegion } from '@proofpix/pixels/orient';
import type { Finding, Metadata } from './finding.ts';
import { ijgQuality } from './quality.ts';
import { trailingData } from './trailing-data.ts';
import { nameOf, walkJpeg, type Structure } from './walk-jpeg.ts';

export type Reading = { metadata: Metadata; findings: Finding[] };

const encodings: Record<number, string> = {
  0xc0: 'Baseline',
  0xc1: 'Extended sequential',
  0xc2: 'Progressive',
  0xc3: 'Lossless',
};
const shownSegments = 60;
/** Above it a re-save changes next to nothing: whoever turns or shrinks a photo with care saves it so. */
const carefulQuality = 95;

/** How the JPEG is built, and what is odd about it. */
export async function readStructure(source: ByteSource, photo: Readonly<Record<string, unknown>>): Promise<Reading> {
  const structure = await walkJpeg(source);
  const quality = ijgQuality(structure.tables);
  const metadata = metadataOf(structure, quality, source.size);
  const findings = [await cutOff(source, structure, photo), oddBuild(structure)];
  if (structure.end !== null) {
    const announces = structure.segments.some(({ marker, mark }) => marker === 0xe2 && mark.startsWith('MPF'));
    findings.push(await trailingData(source, structure.end, announces));
  }
  findings.push(await savedAgain(source, structure, quality, photo));
  return { metadata, findings: findings.filter((finding) => finding !== null) };
}

function metadataOf(structure: Structure, quality: number | null, size: number): Metadata {
  const { frame, segments, scans, restartInterval, end, tables } = structure;
  const shown = segments
    .slice(0, shownSegments)
    .map(({ marker, mark }) => (mark ? `${nameOf(marker)} ${mark}` : nameOf(marker)));
  const metadata: Metadata = { 'JPEG:Segments': shown.join(', ') };
  if (segments.length > shownSegments) metadata['JPEG:SegmentCount'] = segments.length;
  if (frame !== null) {
    metadata['JPEG:Encoding'] = encodings[frame.marker] ?? nameOf(frame.marker);
    const sampling = subsampling(frame.components);
    if (sampling !== null) metadata['JPEG:ChromaSubsampling'] = sampling;
  }
  if (quality !== null) metadata['JPEG:Quality'] = quality;
  if (tables.some((table) => table !== undefined)) {
    metadata['JPEG:Tables'] =
      quality === null
        ? "Not libjpeg's: an encoder with tables of its own"
        : `As libjpeg writes them at quality ${quality}`;
    metadata['JPEG:HuffmanTables'] = structure.standardHuffman ? 'Those of the standard' : 'Made for this picture';
  }
  if (scans > 1) metadata['JPEG:Scans'] = scans;
  if (restartInterval > 0) metadata['JPEG:RestartInterval'] = restartInterval;
  if (end !== null) metadata['JPEG:BytesBehindEnd'] = size - end;
  return metadata;
}

function subsampling(components: readonly { h: number; v: number }[]): string | null {
  const [luma, blue] = components;
  if (luma === undefined) return null;
  if (blue === undefined) return 'None: one channel';
  const names: Record<string, string> = {
    '11': '4:4:4',
    '21': '4:2:2',
    '22': '4:2:0',
    '12': '4:4:0',
    '41': '4:1:1',
    '42': '4:1:0',
  };
  return names[`${luma.h / blue.h}${luma.v / blue.v}`] ?? `${luma.h}×${luma.v} to ${blue.h}×${blue.v}`;
}

/** A picture that ends before its last row, with or without an end marker behind it. */
async function cutOff(
  source: ByteSource,
  structure: Structure,
  photo: Readonly<Record<string, unknown>>,
): Promise<Finding | null> {
  const decoding = await decodeJpeg(source, { longestSide: 64 });
  const innocent = 'Interrupted downloads, full memory cards and damaged drives do this too.';
  if (structure.frame === null || structure.scans === 0) {
    return {
      severity: 'strong',
      confidence: 0.95,
      question: 'edited',
      title: 'The file ends before its picture begins',
      explanation: `Only a beginning of the file is there. ${innocent}`,
      evidence: { 'Bytes there': source.size },
    };
  }
  if (!decoding.ok) return null;
  if (decoding.share >= 1) {
    if (structure.end !== null) return null;
    return {
      severity: 'note',
      confidence: 0.9,
      title: 'The end marker is missing',
      explanation: `The rows of the picture are all there, or nearly so, but the file does not end as a JPEG does. ${innocent}`,
    };
  }
  const { frame } = structure;
  const rowsThere = frame === null ? decoding.share : wholeRows(frame, decoding.share);
  const cut = structure.end === null;
  const orientation = typeof photo.Orientation === 'number' ? photo.Orientation : 1;
  return {
    severity: 'strong',
    confidence: 0.95,
    question: 'edited',
    title: cut ? 'The picture is cut off' : 'The picture data are damaged or end early',
    explanation: cut
      ? `The file ends in the middle of the picture: ${percent(decoding.share)} of it is there. ${innocent}`
      : `The file has its end marker, but only ${percent(decoding.share)} of the picture can be read. ${innocent}`,
    evidence: {
      'Share of the picture': Number(decoding.share.toFixed(3)),
      'End marker': cut ? 'missing' : 'there',
      Reason: decoding.why ?? '',
    },
    ...(rowsThere < 1 && {
      region: orientRegion({ x: 0, y: rowsThere, width: 1, height: 1 - rowsThere }, orientation),
    }),
  };
}

/** The share of the height down to which rows of blocks are whole. Rows stand in the order of the file. */
function wholeRows(frame: NonNullable<Structure['frame']>, share: number): number {
  const rowHeight = 8 * Math.max(1, ...frame.components.map(({ v }) => v));
  const rows = Math.ceil(frame.height / rowHeight);
  return frame.height === 0 ? share : Math.min(1, (Math.floor(share * rows + 1e-6) * rowHeight) / frame.height);
}

function oddBuild({ oddities }: Structure): Finding | null {
  const [first] = oddities;
  if (first === undefined) return null;
  return {
    severity: 'note',
    confidence: 0.9,
    title: 'The file is not built as the standard asks',
    explanation: 'Careless software and damage leave such places; viewers step over them.',
    evidence: Object.fromEntries(oddities.map(({ offset, what }) => [`At byte ${offset}`, what])),
  };
}

/**
 * Cameras write thumbnail and picture with one encoder, in one manner. A picture in the manner of libjpeg around a
 * thumbnail in another one was written by somebody else than the thumbnail. Tables alone say nothing: cameras use
 * libjpeg's too.
 */
async function savedAgain(
  source: ByteSource,
  structure: Structure,
  quality: number | null,
  photo: Readonly<Record<string, unknown>>,
): Promise<Finding | null> {
  if (typeof photo.Make !== 'string' || quality === null || !isWrittenBySoftware(structure)) return null;
  const [thumbnail] = await findJpegPictures(source);
  if (thumbnail?.kind !== 'thumbnail') return null;
  const inside = partOf(source, thumbnail.offset, thumbnail.length);
  const start = await inside.read(0, 2);
  if (start[0] !== 0xff || start[1] !== 0xd8) return null;
  const small = await walkJpeg(inside);
  if (small.frame === null || small.tablesInOneSegment < 2 || small.huffmanInOneSegment < 4) return null;
  const careful = quality > carefulQuality;
  return {
    severity: careful ? 'note' : 'possible',
    confidence: structure.standardHuffman ? 0.6 : 0.75,
    question: 'edited',
    title: 'The picture was probably saved again by software',
    explanation:
      'Its thumbnail is laid out as a camera writes it, the picture around it as common software does. Turning, shrinking and sending a photo does this too; it does not say that anything was changed.',
    evidence: {
      'Quality of the last saving': quality,
      'Quality of the thumbnail': ijgQuality(small.tables) ?? "not libjpeg's",
      'Tables in the picture': layoutOf(structure),
      'Tables in the thumbnail': layoutOf(small),
      ...(typeof photo.Software === 'string' && { 'Software that the photo names': photo.Software }),
    },
  };
}

function isWrittenBySoftware({ segments, tablesInOneSegment, huffmanInOneSegment }: Structure): boolean {
  const jfif = segments[0]?.marker === 0xe0 && segments[0].mark.startsWith('JFIF');
  return jfif && tablesInOneSegment === 1 && huffmanInOneSegment === 1;
}

function layoutOf({ tablesInOneSegment, standardHuffman }: Structure): string {
  return `${tablesInOneSegment === 1 ? 'each in a segment of its own' : 'together in one segment'}, Huffman codes ${standardHuffman ? 'of the standard' : 'made for the picture'}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.99 || share < 0.01 ? 1 : 0)} %`;
}
