import { Type, type Static } from 'typebox';
import { Binary, route } from '../route.ts';

const Count = Type.Integer({ minimum: 0 });
const NullableTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);

const figures = {
  firstRunAt: NullableTime,
  lastRunAt: NullableTime,
  runs: Count,
  photos: Type.Integer({ description: 'Photos by content: the same one twice is one' }),
  findings: Count,
  hosts: Type.Record(Type.String(), Count, { description: 'Requests in runs, by host as its manifest names it' }),
  bytesRead: Type.Integer({ description: 'Bytes of photos that it was handed' }),
  bytesWritten: Type.Integer({ description: 'Bytes of files that it added' }),
};

/** What a package did in one organisation. */
export const Exposure = Type.Object(
  {
    format: Type.Literal('proofpix-exposure-1'),
    organisation: Type.Object({ id: Type.String(), name: Type.String() }),
    digest: Type.String(),
    at: Type.String({ format: 'date-time' }),
    ...figures,
    members: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), runs: Count }), {
      description: 'Who started runs with it, at most 200; who is no member any more is counted in `formerMembers`',
    }),
    formerMembers: Type.Integer({ description: 'Runs of people who are gone' }),
    installed: Type.Union(
      [
        Type.Object({
          plugin: Type.String(),
          version: Type.String(),
          since: Type.String({ format: 'date-time' }),
          granted: Type.Array(Type.String()),
          storedKeys: Count,
          storedBytes: Count,
          secrets: Type.Array(Type.String(), { description: 'Names of the secrets it was given, never their values' }),
          providers: Type.Array(Type.String(), { description: 'Providers whose access tokens it may ask for' }),
        }),
        Type.Null(),
      ],
      { description: 'Null where it is not installed at this moment' },
    ),
    keptSince: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'The oldest run that is still kept: of what was before, nothing is known',
    }),
    notKnown: Type.Array(Type.String(), { description: 'What this cannot say' }),
  },
  { title: 'Exposure' },
);
export type Exposure = Static<typeof Exposure>;

/** The same about all organisations, without photos and people. */
export const ServerExposure = Type.Object(
  {
    format: Type.Literal('proofpix-server-exposure-1'),
    digest: Type.String(),
    at: Type.String({ format: 'date-time' }),
    organisations: Type.Array(
      Type.Object({ id: Type.String(), name: Type.String(), installed: Type.Boolean(), ...figures }),
      { description: 'The largest number of runs first, at most 1,000' },
    ),
    organisationsTotal: Count,
    notKnown: Type.Array(Type.String()),
  },
  { title: 'ServerExposure' },
);
export type ServerExposure = Static<typeof ServerExposure>;

const of = {
  params: Type.Object({
    digest: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'Identity of the package: the digest of its version',
    }),
  }),
  plan: 'free',
} as const;

export const exposureRoutes = {
  get: route({
    method: 'GET',
    path: '/api/exposures/:digest',
    summary: 'What a version of a plugin did in your organisation: who ran it, on how many photos, what it reached',
    access: 'security:read',
    ...of,
    replies: { 200: Exposure },
    errors: ['invalid_request'],
  }),
  export: route({
    method: 'GET',
    path: '/api/exposures/:digest/export',
    summary: "The same as a file that is signed with your organisation's evidence key, for `proofpix verify`",
    access: 'security:read',
    ...of,
    replies: { 200: Binary },
    errors: ['invalid_request'],
  }),
  all: route({
    method: 'GET',
    path: '/api/server/exposures/:digest',
    summary: 'What a version of a plugin did in all organisations of this server',
    access: 'server:operate',
    ...of,
    replies: { 200: ServerExposure },
    errors: ['invalid_request'],
  }),
  exportAll: route({
    method: 'GET',
    path: '/api/server/exposures/:digest/export',
    summary: "The same as a file that is signed with the server's key, for `proofpix verify`",
    access: 'server:operate',
    ...of,
    replies: { 200: Binary },
    errors: ['invalid_request'],
  }),
};
