import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePhoto } from '../../samples/src/make-photo.ts';
import { sampleExif } from '../../samples/src/sample-photo.ts';

const folder = join(import.meta.dirname, '../../../shared/photos');

/** What somebody drops, and what is known about some of it. */
export type JourneyPhotos = {
  files: Map<string, Buffer>;
  /** A photo whose name is no photo's: the page leaves it out. */
  strange: string;
  judged: { name: string; finding: string; derived: string };
  disagreeing: string;
  /** A JPEG with a position; it has no other positions than in EXIF. */
  positioned: string;
  compared: [string, string];
  /** What the two say differently. */
  difference: RegExp;
};

/** Real photos with independent readings, or as many that our own code draws. */
export function journeyPhotos(): JourneyPhotos {
  return existsSync(join(folder, 'photos.json')) ? realPhotos() : drawnPhotos();
}

function realPhotos(): JourneyPhotos {
  const { files } = JSON.parse(readFileSync(join(folder, 'photos.json'), 'utf8')) as { files: { file: string }[] }; // the collection's own list
  const derived = (what: string) => `derived-${what}-empty-imagedesc-in-ifd0.jpg`;
  return {
    files: new Map(files.map(({ file }) => [file, readFileSync(join(folder, file))])),
    strange: files.find(({ file }) => file.endsWith('.fuzzed'))?.file ?? '',
    judged: {
      name: derived('thumb-mismatch'),
      finding: 'The thumbnail shows something else than the picture',
      derived: 'thumbnail.jpg',
    },
    disagreeing: derived('date-shifted'),
    positioned: 'exiftool-GPS.jpg',
    compared: ['exifr-empty-imagedesc-in-ifd0.jpg', derived('gps-stripped')],
    difference: /^Latitude/,
  };
}

function drawnPhotos(): JourneyPhotos {
  console.log('The journey goes with drawn photos: ../shared/photos is not there.');
  const drawn = (seed: number, more: Parameters<typeof makePhoto>[0] = {}) =>
    Buffer.from(makePhoto({ width: 480, height: 320, seed, ...more }));
  const { GPSLatitude: _, GPSLongitude: __, ...withoutPosition } = sampleExif;
  const files = new Map([
    ['trailing.jpg', Buffer.concat([drawn(1, { exif: sampleExif }), Buffer.alloc(4_096, 'attached')])],
    ['shifted.jpg', drawn(2, { exif: { ...sampleExif, GPSDateStamp: '2026:05:20' } })],
    ['viewpoint.jpg', drawn(3, { exif: sampleExif })],
    ['stripped.jpg', drawn(3, { exif: withoutPosition })],
    ['renamed.fuzzed', drawn(4)],
  ]);
  for (let seed = 10; files.size < 34; seed += 1) files.set(`drawn-${seed}.jpg`, drawn(seed));
  return {
    files,
    strange: 'renamed.fuzzed',
    judged: { name: 'trailing.jpg', finding: 'Data follows the end of the picture', derived: 'evidence-manifest.json' },
    disagreeing: 'shifted.jpg',
    positioned: 'viewpoint.jpg',
    compared: ['viewpoint.jpg', 'stripped.jpg'],
    difference: /^Latitude/,
  };
}
