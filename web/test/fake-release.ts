import type { Exposure, ServerExposure } from '@proofpix/contract/api/exposures';
import type { Measurement, ReleaseMeasurement, ReleaseParts, Trial } from '@proofpix/contract/api/trials';

const digest = '5f'.repeat(32);
const at = '2026-11-20T09:30:00.000Z';

const measurement: Measurement = {
  photos: 1,
  hooks: [
    { hook: 'file:process', calls: 1, failures: 0, codes: [], milliseconds: 38 },
    { hook: 'data:analyze', calls: 1, failures: 1, codes: ['permission_denied'], milliseconds: 0 },
  ],
  answered: { 'files.read': 4 },
  refused: { 'http.request': 1 },
  hosts: ['api.halden.example'],
  bytesRead: 65_536,
  bytesWritten: 0,
  outputs: 0,
  findings: 1,
  cpuMilliseconds: 61,
  memoryBytes: 8_400_000,
  deaths: 0,
  unused: ['storage'],
};

const measured: ReleaseMeasurement = { state: 'measured', digest, reason: null, measuredAt: at, measurement };

const source = { plugin: 'weather-at-capture', version: '1.2.4', digest };
const hostile = '<img src=x onerror=alert(1)> \u202egnp.exe';
const trial: Trial = {
  publisher: 'halden-geo',
  plugin: 'weather-at-capture',
  version: '1.2.4',
  digest,
  file: { name: 'lake.jpg', type: 'image/jpeg', size: 180_000, sha256: 'ab'.repeat(32) },
  metadata: { Sky: 'clear', Said: hostile, Station: { name: 'Gjendesheim', metres: 994 } },
  findings: [
    { severity: 'possible', confidence: 0.6, title: hostile, explanation: 'The shadows say another hour.', source },
  ],
  files: [{ name: 'sky.png', type: 'image/png', size: 4_200 }],
  steps: [
    { hook: 'file:process', ok: true, error: null, milliseconds: 38 },
    {
      hook: 'data:analyze',
      ok: false,
      error: { code: 'permission_denied', message: 'data:analyze needs "analytics".' },
      milliseconds: 0,
    },
  ],
  measurement,
};

const parts: ReleaseParts = {
  digest,
  archiveDigest: 'cd'.repeat(32),
  components: [
    { name: 'suncalc', version: '1.9.0', license: 'BSD-2-Clause' },
    { name: 'tz-lookup', version: '6.1.25', license: null },
  ],
  gaps: ['vendor/old.js: It is not JavaScript.'],
  signers: [{ keyId: 'ef'.repeat(32), role: 'marketplace' }],
  signatureFile: '{"format":"proofpix-signatures-1"}',
};

const figures = {
  firstRunAt: '2026-10-02T08:00:00.000Z',
  lastRunAt: at,
  runs: 1_204,
  photos: 1_180,
  findings: 96,
  hosts: { 'api.halden.example': 1_204 },
  bytesRead: 78_905_344,
  bytesWritten: 0,
};
const exposure: Exposure = {
  format: 'proofpix-exposure-1',
  organisation: { id: 'o1', name: 'Northgate' },
  digest,
  at,
  ...figures,
  members: [{ id: 'u1', name: 'Kim Ortega', runs: 1_200 }],
  formerMembers: 4,
  installed: {
    plugin: 'weather-at-capture',
    version: '1.2.4',
    since: figures.firstRunAt,
    granted: ['files', 'http'],
    storedKeys: 3,
    storedBytes: 2_048,
    secrets: ['/key'],
    providers: [],
  },
  keptSince: '2026-01-05T08:00:00.000Z',
  notKnown: [],
};
const everywhere: ServerExposure = {
  format: 'proofpix-server-exposure-1',
  digest,
  at,
  organisations: [
    { id: 'o1', name: 'Northgate', installed: true, ...figures },
    { id: 'o2', name: 'Harbour Light', installed: false, ...figures, runs: 1, photos: 1, hosts: {} },
  ],
  organisationsTotal: 2,
  notKnown: [],
};

/** What is told of a release beside its listing. Null: not asked for here. */
export function fakeRelease(name: string): object | null {
  const release =
    /^(GET|POST) \/api\/marketplace\/plugins\/halden-geo\/weather-at-capture\/releases\/[^/]+\/(\w+)$/.exec(name);
  if (release !== null) return { measurement: measured, trial, parts }[release[2] ?? ''] ?? null;
  if (/^GET \/api\/exposures\/[^/]+$/.test(name)) return exposure;
  return /^GET \/api\/server\/exposures\/[^/]+$/.test(name) ? everywhere : null;
}
