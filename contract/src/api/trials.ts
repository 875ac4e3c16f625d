import { Type, type Static } from 'typebox';
import { Component } from '../dependencies.ts';
import { PermissionName } from '../permission-name.ts';
import { Binary, route } from '../route.ts';
import { Report, StepError } from '../runs.ts';
import { releaseParams } from './releases.ts';

/** The photos of ours that a plugin can be tried on. */
export const trialSamples = ['lake'] as const;

const Count = Type.Integer({ minimum: 0 });

/** What a release did while somebody looked. Only `files` is granted: whatever else it asks for is refused and counted. */
export const Measurement = Type.Object(
  {
    photos: Count,
    hooks: Type.Array(
      Type.Object({
        hook: Type.String(),
        calls: Count,
        failures: Count,
        /** Codes of the failures; `permission_denied` where the hook itself needs more than `files`. */
        codes: Type.Array(Type.String()),
        milliseconds: Type.Number({ minimum: 0 }),
      }),
    ),
    answered: Type.Record(Type.String(), Count, { description: 'Host calls that were answered, by name' }),
    refused: Type.Record(Type.String(), Count, { description: 'Host calls that were refused, by name' }),
    hosts: Type.Array(Type.String(), { description: 'Hosts that it wanted to reach. None was reached' }),
    bytesRead: Count,
    bytesWritten: Count,
    outputs: Count,
    findings: Count,
    cpuMilliseconds: Type.Number({ minimum: 0 }),
    memoryBytes: Type.Integer({ description: 'Most that it held above an empty sandbox' }),
    deaths: Type.Integer({ description: 'How often its process was stopped or ended' }),
    unused: Type.Array(PermissionName, { description: 'Permissions that it asks for and was not seen to use' }),
  },
  { title: 'Measurement' },
);
export type Measurement = Static<typeof Measurement>;

export const ReleaseMeasurement = Type.Object(
  {
    state: Type.Enum(['waiting', 'measured', 'failed'], { description: 'waiting: it is measured in the background' }),
    digest: Type.String(),
    reason: Type.Union([Type.String(), Type.Null()], { description: 'Why it could not be measured' }),
    measuredAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    measurement: Type.Union([Measurement, Type.Null()]),
  },
  { title: 'ReleaseMeasurement' },
);
export type ReleaseMeasurement = Static<typeof ReleaseMeasurement>;

export const Trial = Type.Object(
  {
    publisher: Type.String(),
    plugin: Type.String(),
    version: Type.String(),
    digest: Type.String(),
    file: Type.Object({ name: Type.String(), type: Type.String(), size: Count, sha256: Type.String() }),
    metadata: Report.properties.metadata,
    findings: Report.properties.findings,
    files: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), size: Count }), {
      description: 'What it added to the photo. Deleted like everything else',
    }),
    steps: Type.Array(
      Type.Object({
        hook: Type.String(),
        ok: Type.Boolean(),
        error: Type.Union([StepError, Type.Null()]),
        milliseconds: Type.Number(),
      }),
    ),
    measurement: Measurement,
  },
  { title: 'Trial' },
);
export type Trial = Static<typeof Trial>;

const Signer = Type.Object({ keyId: Type.String(), role: Type.Enum(['publisher', 'marketplace']) });

/** What a release is made of and who stands behind it. */
export const ReleaseParts = Type.Object(
  {
    digest: Type.String(),
    archiveDigest: Type.String(),
    components: Type.Union(
      [
        Type.Array(
          Type.Object({
            name: Component.properties.name,
            version: Component.properties.version,
            license: Component.properties.license,
          }),
        ),
        Type.Null(),
      ],
      { description: 'The packages in it; null where nobody looked' },
    ),
    gaps: Type.Array(Type.String(), { description: 'What the list cannot know' }),
    signers: Type.Array(Signer, { description: 'Whose signatures lie beside the archive' }),
    signatureFile: Type.String({ description: 'To be kept as <archive>.sig.json, for `proofpix verify`' }),
  },
  { title: 'ReleaseParts' },
);
export type ReleaseParts = Static<typeof ReleaseParts>;

const release = '/api/marketplace/plugins/:publisher/:plugin/releases/:version';
const reading = { access: 'plugins:read', plan: 'free', limit: 'catalog', params: releaseParams } as const;

export const trialRoutes = {
  measurement: route({
    method: 'GET',
    path: `${release}/measurement`,
    summary: 'What a release does, measured on a photo of ours; measured in the background when it is first asked for',
    ...reading,
    replies: { 200: ReleaseMeasurement },
    errors: ['release_not_found'],
  }),
  parts: route({
    method: 'GET',
    path: `${release}/parts`,
    summary: 'What a release is made of, and whose signatures it has',
    ...reading,
    replies: { 200: ReleaseParts },
    errors: ['release_not_found'],
  }),
  sbom: route({
    method: 'GET',
    path: `${release}/sbom`,
    summary: 'Download what a release is made of as CycloneDX 1.6',
    ...reading,
    replies: { 200: Binary },
    errors: ['release_not_found', 'file_not_found'],
  }),
  run: route({
    method: 'POST',
    path: `${release}/trial`,
    summary:
      'Try a release on one photo, with `files` granted and nothing else. Nothing of it is kept but a line in the audit trail',
    access: 'runs:create',
    plan: 'free',
    limit: 'trial',
    params: releaseParams,
    body: Type.Object({ sample: Type.Enum([...trialSamples]) }, { additionalProperties: false }),
    multipart: { photo: 'file: one photo of at most 20 MB' },
    replies: { 200: Trial },
    errors: [
      'release_not_found',
      'package_killed',
      'policy_denied',
      'plugins_stopped',
      'trial_under_way',
      'sandbox_busy',
      'photo_type_unknown',
      'file_too_large',
      'file_missing',
      'invalid_request',
      'rate_limited',
    ],
  }),
};
