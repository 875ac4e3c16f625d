import type { Finding } from '../finding.ts';
import { sizeOf, textOf, type Metadata } from '../metadata.ts';

/** Cameras leave out some rows and columns at the edges. */
const edge = 0.02;
/** Of the ratio of the sides; scaling rounds them to whole pixels. */
const sameShape = 0.02;

/** The size that the camera wrote beside the size of the picture that is there. */
export function pictureSize(metadata: Metadata): Finding[] {
  // In raw files the entry is that of the developed picture, and previews of other sizes lie beside it.
  if (/x-|tiff|dng/.test(textOf(metadata, 'MIMEType') ?? '')) return [];
  const width = sizeOf(metadata, 'ImageWidth');
  const height = sizeOf(metadata, 'ImageHeight');
  const cameraWidth = sizeOf(metadata, 'ExifImageWidth');
  const cameraHeight = sizeOf(metadata, 'ExifImageHeight');
  if (width === null || height === null || cameraWidth === null || cameraHeight === null) return [];
  // Programs that turn the pixels often leave the entry as it was.
  const sides = [Math.max(width, height), Math.min(width, height)] as const;
  const cameraSides = [Math.max(cameraWidth, cameraHeight), Math.min(cameraWidth, cameraHeight)] as const;
  const near = (a: number, b: number) => Math.abs(a - b) <= Math.max(2, b * edge);
  if (near(sides[0], cameraSides[0]) && near(sides[1], cameraSides[1])) return [];
  const shape = sides[0] / sides[1];
  const cameraShape = cameraSides[0] / cameraSides[1];
  const tolerance = Math.max(sameShape, 2 / sides[1]);
  const scaled = Math.abs(shape - cameraShape) / cameraShape <= tolerance;
  const evidence = { 'Camera wrote': `${cameraWidth} × ${cameraHeight}`, 'Picture has': `${width} × ${height}` };
  return [
    scaled
      ? {
          severity: 'note',
          confidence: 0.9,
          question: 'edited',
          title: 'Picture was scaled after the camera wrote it',
          explanation:
            'Its sides have the same ratio as the camera’s, but another size. Messengers, websites and exports do this.',
          evidence,
        }
      : {
          severity: 'possible',
          confidence: 0.8,
          question: 'edited',
          title: 'Picture has another shape than the camera wrote',
          explanation:
            'It was cropped, stretched or composed afterwards, and the entry of the camera stayed as it was.',
          evidence,
        },
  ];
}
