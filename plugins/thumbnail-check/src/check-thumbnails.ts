import { partOf, type ByteSource } from '@proofpix/pixels/byte-source';
import type { Decoded } from '@proofpix/pixels/decoding';
import { findJpegPictures } from '@proofpix/pixels/embedded-pictures';
import { decodeJpeg } from '@proofpix/pixels/jpeg/decode-jpeg';
import { orientRegion } from '@proofpix/pixels/orient';
import { crop, type Picture } from '@proofpix/pixels/picture';
import { fitted, resize } from '@proofpix/pixels/resize';
import { align, type Alignment } from './align.ts';
import { findInside, telling } from './compare.ts';
import type { Finding, Metadata } from './finding.ts';

export type Checked = {
  metadata: Metadata;
  findings: Finding[];
  files: { name: string; offset: number; length: number }[];
};

const mostPictures = 4;
const thumbnailSide = 192;
const pictureSide = 384;
/** Below it nobody could tell two pictures apart. */
const smallest = 32;
const sameFrom = 0.9;
const insideFrom = 0.96;
const wholeFile = 32 * 1024 * 1024;

/** Compares every picture inside a JPEG with the JPEG's own. */
export async function checkThumbnails(source: ByteSource, orientation: number): Promise<Checked> {
  const checked: Checked = { metadata: {}, findings: [], files: [] };
  const embedded = await findJpegPictures(source);
  if (embedded.length === 0) return checked;
  const main = await decodeJpeg(source, { longestSide: pictureSide });
  if (!main.ok || Math.min(main.width, main.height) < smallest || main.share < 0.1) return checked;
  let number = 0;
  for (const { kind, offset, length } of embedded.slice(0, mostPictures)) {
    const small = await decodeJpeg(partOf(source, offset, length), { longestSide: thumbnailSide });
    if (!small.ok || Math.min(small.width, small.height) < smallest) continue;
    number += 1;
    const name = number === 1 ? 'Thumbnail' : `Thumbnail${number}`;
    const alignment = align(cutTo(small, main.share), cutTo(main, main.share), orientation);
    checked.metadata[`${name}:Size`] = `${small.width} × ${small.height}`;
    checked.metadata[`${name}:Likeness`] = Number(alignment.likeness.toFixed(3));
    checked.metadata[`${name}:Comparison`] = alignment.manner;
    const finding = judge(kind, small, main, alignment, orientation);
    if (finding === null) continue;
    checked.findings.push(finding);
    if (length <= wholeFile) {
      checked.files.push({ name: number === 1 ? 'thumbnail.jpg' : `thumbnail-${number}.jpg`, offset, length });
    }
  }
  return checked;
}

/** Of a picture that is cut off only the rows that are there can be compared. */
function cutTo({ picture }: Decoded, share: number): Picture {
  return share >= 1
    ? picture
    : crop(picture, 0, 0, picture.width, Math.max(1, Math.floor(picture.height * share * 0.96)));
}

function judge(
  kind: 'thumbnail' | 'preview',
  small: Decoded,
  main: Decoded,
  { likeness, worst, region, shown, manner }: Alignment,
  orientation: number,
): Finding | null {
  const evidence = {
    'Size of the picture': `${main.width} × ${main.height}`,
    [`Size of the ${kind}`]: `${small.width} × ${small.height}`,
    Likeness: Number(likeness.toFixed(3)),
    'Largest difference': `${Math.round(worst)} of 255 levels`,
    Compared: manner,
  };
  if (likeness >= sameFrom && worst < telling) {
    if (main.share >= 1 || small.share < 1) return null;
    return {
      severity: 'note',
      confidence: 0.9,
      question: 'edited',
      title: `The ${kind} still shows what is missing of the picture`,
      explanation: `The picture is cut off, the ${kind} is whole and the same as far as both go. It is kept beside the report.`,
      evidence,
    };
  }
  const inside = main.share < 1 ? null : insideOf(small.picture, main.picture);
  if (inside !== null) {
    return {
      severity: 'possible',
      confidence: 0.8,
      question: 'edited',
      title: `The ${kind} shows more than the picture`,
      explanation: `The picture is a part of its ${kind}: it was probably cropped after it was taken. Cropping is ordinary; look at what is left out.`,
      evidence: {
        ...evidence,
        'The picture covers': `${Math.round(inside.width * inside.height * 100)} % of the ${kind}`,
      },
    };
  }
  const strong = likeness < 0.75 || worst > telling * 1.6;
  return {
    severity: strong ? 'strong' : 'possible',
    confidence: strong ? 0.85 : 0.6,
    question: 'edited',
    title: `The ${kind} shows something else than the picture`,
    explanation: `Programs that change a picture often leave the old ${kind}, which then shows what was there before. A few do not renew it when they turn or replace a picture. It is kept beside the report.`,
    evidence,
    ...(region !== null && {
      region: orientRegion(
        {
          x: shown.x + region.x * shown.width,
          y: (shown.y + region.y * shown.height) * Math.min(1, main.share),
          width: region.width * shown.width,
          height: region.height * shown.height * Math.min(1, main.share),
        },
        orientation,
      ),
    }),
  };
}

function insideOf(preview: Picture, picture: Picture): { width: number; height: number } | null {
  const size = fitted(preview.width, preview.height, 64);
  const pictureSize = fitted(picture.width, picture.height, 64);
  const { box, likeness } = findInside(
    resize(preview, size.width, size.height),
    resize(picture, pictureSize.width, pictureSize.height),
  );
  return likeness >= insideFrom ? box : null;
}
