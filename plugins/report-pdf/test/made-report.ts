import { makePhoto } from '@proofpix/samples/make-photo';
import { makeSamplePhoto, sampleExif } from '@proofpix/samples/sample-photo';
import { hookFile } from '../../test/open-plugin.ts';

const exifReader = { plugin: 'exif-reader', version: '1.0.0', digest: 'a1b2c3d4'.repeat(8) };
const structure = { plugin: 'jpeg-structure', version: '1.2.0', digest: '5e6f7a8b'.repeat(8) };
const times = { createdAt: '2026-06-21T12:00:31.000Z', finishedAt: '2026-06-21T12:00:33.000Z' };

const finding = {
  severity: 'strong',
  confidence: 0.9,
  question: 'edited',
  title: 'The same bale appears twice',
  explanation:
    'Two places of the picture are the same, pixel by pixel. Patterns in brick or fabric can look like this too.',
  evidence: { distance: 214, size: '64 × 48', method: 'blocks of 16 pixels' },
  region: { x: 0.1, y: 0.55, width: 0.2, height: 0.25 },
  source: structure,
};

export const findings = [
  {
    ...finding,
    severity: 'note',
    question: 'origin',
    title: 'Signed as Lake Press, and not changed since',
    region: undefined,
    explanation: 'File, statements and signature fit together. Who the signer is was not judged.',
    evidence: {},
  },
  finding,
  {
    ...finding,
    severity: 'possible',
    question: 'time',
    title: 'The file says that it was changed 3 h after it was taken',
    region: { x: 0.6, y: 0.1, width: 0.3, height: 0.3 },
    confidence: 0.6,
    explanation: 'Cameras write both times at once; programs that save a photo again change the second one.',
  },
];

const step = {
  hook: 'file:process',
  ...exifReader,
  ok: true,
  result: { metadata: { Make: 'x', Model: 'y' }, findings: [] },
  files: [],
  usage: { hostCalls: 4, bytesRead: 65_536, bytesWritten: 0 },
  milliseconds: 12.4,
  inputDigest: 'b'.repeat(64),
  outputDigest: 'c'.repeat(64),
};

export const photo = makeSamplePhoto();
const metadata = {
  ...sampleExif,
  latitude: sampleExif.GPSLatitude,
  longitude: sampleExif.GPSLongitude,
  ImageWidth: 1200,
  ImageHeight: 800,
  'Hash:SHA512': '0123456789abcdef'.repeat(8),
  'C2PA:ClaimGenerator': 'ProofPix tests/1.0',
};

export const run = {
  file: { ...hookFile(photo, 'IMG_4127.jpg'), type: 'image/jpeg' },
  ...times,
  metadata: { ...metadata, Orientation: 1 },
  sources: Object.fromEntries(Object.keys(metadata).map((tag) => [tag, exifReader])),
  conflicts: [
    {
      tag: 'Make',
      values: [
        { value: 'ProofPix', source: exifReader },
        { value: 'Other', source: structure },
      ],
    },
  ],
  findings,
  files: [{ name: 'preview.jpg', size: 30_412, sha256: 'd'.repeat(64), type: 'image/jpeg', source: exifReader }],
  steps: [
    step,
    { ...step, ...structure, hook: 'data:analyze', result: { findings: [finding] } },
    { ...step, ...structure, ok: false, error: { code: 'plugin_timeout', message: 'It took longer than 10 s.' } },
  ],
  disagreements: [
    {
      question: 'time',
      readings: [
        { origin: 'exif', value: '2026:06:21 14:05:33 +02:00', source: exifReader },
        { origin: 'gps', value: '2026:06:21 12:05:31Z', source: exifReader },
        { origin: 'file-name', value: '2026-06-22', source: null },
      ],
    },
  ],
};

const note = {
  id: '1',
  text: 'Taken from the street, after the fire brigade had left.\n\nThe owner says that nobody was inside.',
  createdAt: '2026-06-22T08:00:00.000Z',
  createdBy: { name: 'Ada Lindqvist' },
};

const turnedPhoto = makePhoto({ width: 640, height: 400, seed: 9, quality: 90 });
const png = makePhoto({ format: 'png', width: 300, height: 420, seed: 4 });
const webp = makePhoto({ format: 'webp', seed: 5 });
export const photos = [photo, turnedPhoto, png, webp];

/** Everything that a case can have, once. */
export const caseReport = {
  title: 'Harbour Street 14',
  reference: 'HS-2026-0014',
  description:
    'Water and smoke in the stairwell and two flats. Photos by the owner and by our adjuster, received by mail and by upload.',
  state: 'open',
  organisation: { name: 'Lake Insurance' },
  createdAt: '2026-06-20T12:00:00.000Z',
  generatedAt: '2026-06-23T09:30:00.000Z',
  notes: [note],
  exhibits: [
    { number: 1, caption: 'North side, from the street', notes: [note], ...run },
    {
      ...run,
      number: 2,
      caption: '',
      notes: [],
      file: { ...hookFile(turnedPhoto, 'turned.jpg'), type: 'image/jpeg' },
      metadata: { Orientation: 6 },
      findings: findings.slice(1, 2),
      disagreements: [],
      conflicts: [],
    },
    {
      ...run,
      number: 4,
      caption: 'Screenshot by the owner',
      notes: [],
      file: { ...hookFile(png, 'Bildschirmfoto ÄÖÜ.png'), type: 'image/png' },
      metadata: {},
      findings: [],
      disagreements: [],
      conflicts: [],
      steps: [],
      files: [],
    },
    {
      ...run,
      number: 5,
      caption: '',
      notes: [],
      file: { ...hookFile(webp, 'фото Ελλάδα שלום עולם 張三.webp'), type: 'image/webp' },
      findings: [],
      files: [],
      disagreements: [],
      conflicts: [],
    },
  ],
};
