import { createHash, randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { disagreementsOf } from '@proofpix/contract/disagreements';
import type { Run, RunSummary, Step } from '@proofpix/contract/runs';

const sha = (text: string) => createHash('sha256').update(text).digest('hex');

export const account = {
  user: { id: randomUUID(), email: 'mara@northgate.example', name: 'Mara Lindqvist' },
  organisation: { id: randomUUID(), name: 'Northgate Claims', plan: 'enterprise' },
  role: 'owner',
  hasPassword: true,
  secondFactor: { on: false, needed: false },
  emailVerified: false,
  singleSignOn: { available: true, connected: false, managed: false, signedIn: false },
  access: [
    'own-account',
    'signed-in',
    'plugins:read',
    'runs:read',
    'plugins:manage',
    'hooks:execute',
    'runs:create',
    'members:manage',
    'security:read',
  ],
} as const;

type FakePlugin = {
  id: string;
  name: string;
  hooks: string[];
  permissions?: string[];
  hosts?: string[];
  exportFormats?: unknown[];
};

export function plugin({ id, name, hooks, permissions = ['files'], hosts = [], exportFormats = [] }: FakePlugin) {
  const now = new Date().toISOString();
  return {
    id,
    name,
    publisher: 'proofpix',
    source: 'bundled',
    version: '1.4.0',
    description: 'Reads what cameras write.',
    author: 'ProofPix',
    type: 'processor',
    category: 'file-processing',
    state: 'loaded',
    stateReason: null,
    circuit: { state: 'closed', reason: null, retryAt: null },
    development: false,
    digest: sha(id),
    archiveDigest: sha(`${id} archive`),
    size: 120_000,
    icon: null,
    permissions: permissions.map((permission) => ({ permission, decision: 'granted', decidedAt: now })),
    hooks: hooks.map((hook) => ({ hook, priority: 100 })),
    hosts,
    exportFormats,
    configurable: true,
    warnings: [],
    signature: { state: 'bundled', publisher: 'proofpix', keyIds: [], signedAt: null, countersigned: null },
    killed: null,
    denied: null,
    installedAt: now,
    updatedAt: now,
    loadedAt: now,
  };
}

export function pluginsReply() {
  return [
    plugin({ id: 'exif-reader', name: 'EXIF reader', hooks: ['file:process'] }),
    plugin({
      id: 'jpeg-structure',
      name: 'JPEG structure',
      hooks: ['file:process', 'data:analyze'],
      permissions: ['files', 'analytics'],
    }),
    {
      ...plugin({
        id: 'content-credentials',
        name: 'Content Credentials',
        hooks: ['file:process'],
        permissions: ['files', 'http'],
        hosts: ['trust.c2pa.example'],
      }),
      signature: {
        state: 'signed',
        publisher: 'harbour-labs',
        keyIds: [sha('a key')],
        signedAt: '2026-11-01T00:00:00.000Z',
        countersigned: null,
      },
    },
  ];
}

/** A page of the marketplace's search. */
export function foundOf(items: readonly unknown[]) {
  const facets = {
    category: [{ value: 'data-analysis', count: items.length }],
    type: [{ value: 'processor', count: items.length }],
    permission: [{ value: 'files', count: items.length }],
    verdict: [],
    publisher: [{ value: 'halden-geo', count: items.length }],
    source: [{ value: 'marketplace', count: items.length }],
  };
  return { ...pageOf(items), facets, searched: '', matched: 'all', didYouMean: null };
}

export function pageOf(items: readonly unknown[]) {
  return { items, nextCursor: null, total: items.length, totalIsLowerBound: false };
}

function file(name: string, size = 3_982_113, type = 'image/png') {
  return { id: randomUUID(), name, type, size, sha256: sha(name) };
}

function source(plugin: string) {
  return { plugin, version: '1.4.0', digest: sha(plugin) };
}

export function step(plugin: string, hook: string, change: Partial<Step> = {}): Step {
  return {
    hook,
    plugin,
    version: '1.4.0',
    digest: sha(plugin),
    ok: true,
    files: [],
    milliseconds: 38,
    usage: { hostCalls: 4, bytesRead: 98_304, bytesWritten: 0 },
    inputDigest: sha('in'),
    outputDigest: sha('out'),
    ...change,
  };
}

export function waitingRun(name: string, batchId: string = randomUUID()): Run {
  return {
    id: randomUUID(),
    batchId,
    state: 'waiting',
    file: file(name),
    plugins: ['exif-reader', 'jpeg-structure', 'content-credentials'],
    stepsDone: 0,
    stepsTotal: 4,
    case: null,
    findingCounts: { strong: 0, possible: 0, note: 0 },
    failedSteps: 0,
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    metadata: {},
    sources: {},
    conflicts: [],
    disagreements: [],
    findings: [],
    files: [],
    steps: [],
  };
}

export function doneRun(name: string, change: Partial<Run> = {}): Run {
  const now = new Date().toISOString();
  return { ...waitingRun(name), state: 'done', stepsDone: 4, startedAt: now, finishedAt: now, ...change };
}

/** Everything that a result can show at once. */
export function richRun(change: Partial<Run> = {}): Run {
  const metadata = {
    Make: 'Google',
    Model: 'Pixel 8 Pro',
    LensModel: '6.9 mm f/1.68',
    ExposureTime: 0.0008,
    FNumber: 1.68,
    ISO: 52,
    Software: 'Adobe Photoshop 25.9',
    DateTimeOriginal: '2026:11:12 16:42:08',
    OffsetTimeOriginal: '+01:00',
    CreateDate: '2026:11:12 16:42:08',
    ModifyDate: '2026:11:13 09:05:31',
    GPSDateTime: '2026:11:12 12:11:54Z',
    latitude: 61.871412,
    longitude: 6.849233,
    GPSAltitude: 29,
    GPSImgDirection: 148,
    GPSHPositioningError: 5,
    ImageWidth: 1200,
    ImageHeight: 800,
    Orientation: 'Horizontal (normal)',
    ColorSpace: 'sRGB',
    BitsPerSample: 8,
    UserComment: 'Hagelschadenregulierungsgutachten '.repeat(20),
    Artist: 'Mara Lindqvist',
    CreatorTool: 'Adobe Photoshop 25.9 (Windows)',
    'XMP:ModifyDate': '2026:11:13 09:05:31+01:00',
    Rating: 4,
  };
  const sources = Object.fromEntries(Object.keys(metadata).map((tag) => [tag, source('exif-reader')]));
  const conflicts: Run['conflicts'] = [
    {
      tag: 'Software',
      values: [
        { value: 'Adobe Photoshop 25.9', source: source('exif-reader') },
        { value: 'HDR+ 1.0.540104767zd', source: source('jpeg-structure') },
      ],
    },
  ];
  return doneRun('IMG_4127.jpg', {
    findingCounts: { strong: 2, possible: 1, note: 1 },
    failedSteps: 1,
    metadata,
    sources,
    conflicts,
    disagreements: disagreementsOf({ metadata, sources, conflicts }, 'IMG_20261112_131154.jpg'),
    findings: [
      {
        severity: 'possible',
        confidence: 0.74,
        question: 'time',
        title: 'Shadows do not fit the stated time',
        explanation: 'At 16:42 the sun was 4° below the horizon. These shadows need it 9° to 11° high.',
        source: source('jpeg-structure'),
      },
      {
        severity: 'strong',
        confidence: 0.97,
        question: 'edited',
        title: 'Same bale appears twice',
        explanation: 'Two areas match pixel for pixel, grain included. A camera cannot produce this, copying can.',
        evidence: {
          Match: '99.4 % of 74,200 px',
          MovedBy: '665 px right, 81 px up',
          Copy: { x: 0.43, y: 0.66, width: 0.1, height: 0.12 },
        },
        region: { x: 0.26, y: 0.7, width: 0.1, height: 0.12 },
        source: source('jpeg-structure'),
      },
      {
        severity: 'strong',
        confidence: 0.81,
        question: 'edited',
        title: 'Roof was resampled',
        explanation: 'This area was scaled by about 112 %, the rest of the picture was not.',
        region: { x: 0.62, y: 0.55, width: 0.08, height: 0.08 },
        source: source('jpeg-structure'),
      },
      {
        severity: 'note',
        confidence: 0.99,
        title: 'Preview shows an earlier crop',
        explanation: 'The embedded preview is 4 % wider on the left.',
        source: source('exif-reader'),
      },
    ],
    files: [
      { name: 'preview.jpg', size: 18_422, sha256: sha('preview'), type: 'image/jpeg', source: source('exif-reader') },
    ],
    steps: [
      step('exif-reader', 'file:process', {
        result: { metadata, findings: [{}] },
        files: [{ name: 'preview.jpg', size: 18_422, sha256: sha('preview'), type: 'image/jpeg' }],
      }),
      step('jpeg-structure', 'file:process', {
        result: { findings: [{}, {}] },
        milliseconds: 412,
        usage: { hostCalls: 59, bytesRead: 3_982_113, bytesWritten: 0, reached: { 'trust.c2pa.example': 1 } },
        notes: ['NUL characters in UserComment were replaced.'],
      }),
      step('content-credentials', 'file:process', {
        ok: false,
        milliseconds: 10_000,
        error: {
          code: 'plugin_timeout',
          message: 'Deadline 10,000 ms.',
          stack: 'Error: deadline\n    at readBox (index.js:120:11)\n    at process (index.js:14:3)',
        },
      }),
      step('jpeg-structure', 'data:analyze', {
        result: { findings: [{}] },
        milliseconds: 61,
        usage: { hostCalls: 0, bytesRead: 0, bytesWritten: 0 },
      }),
    ],
    ...change,
  });
}

export function summaryOf(run: Run): RunSummary {
  const {
    metadata: _m,
    sources: _s,
    conflicts: _c,
    disagreements: _g,
    findings: _f,
    files: _d,
    steps: _t,
    ...summary
  } = run;
  return summary;
}

let photo: Buffer | undefined;

/** A lake below hills as a PNG of 600 × 400, drawn once. */
export function drawnPhoto(): Buffer {
  photo ??= encodePng(600, 400, (x, y) => {
    const ridge = 150 + 40 * Math.sin(x / 60) + 18 * Math.sin(x / 17);
    if (y < ridge) return [120 + y / 3, 150 + y / 4, 178];
    if (y < 230) return [74, 92, 96];
    if (y < 290) return [88 + (x % 7), 116, 132];
    return [66 + (x % 5), 84 + (y % 9), 48];
  });
  return photo;
}

function encodePng(width: number, height: number, colour: (x: number, y: number) => number[]): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(colour(x, y), y * (1 + width * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
