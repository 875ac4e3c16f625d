import { Type, type Static } from 'typebox';
import { JsonObject } from '../json.ts';
import { Binary, route } from '../route.ts';
import { KillEntry, killKinds, PublisherName, SignedTime, TrustedKey, verdicts } from '../trust.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableTime = Type.Union([SignedTime, Type.Null()]);
const Time = Type.Optional(Type.String({ format: 'date-time', description: 'Now, when left out' }));
const Reason = Type.String({ minLength: 1, maxLength: 1_000, description: 'Everybody can read it' });

export const TrustState = Type.Object(
  {
    root: Type.Object({
      kind: Type.Enum(['one-key', 'offline'], {
        description: 'one-key: one key on this server signs everything, and whoever has it is this server',
      }),
      says: Type.String(),
      version: Type.Integer(),
      keys: Type.Integer({ description: 'Keys of the root' }),
      threshold: Type.Integer({ description: 'How many of them it takes' }),
      sha256: Type.String({ description: 'Of the newest root, to be compared by another way than this server' }),
      expires: Type.String(),
    }),
    serverKey: Type.Object({ keyId: Type.String(), publicKey: TrustedKey.properties.publicKey }),
    killed: Type.Integer({ description: 'Entries of the kill list that are in force' }),
  },
  { title: 'TrustState' },
);
export type TrustState = Static<typeof TrustState>;

/** An entry of the kill list with who made and lifted it: for those who run the server. */
export const KillRecord = Type.Object(
  {
    id: Id,
    ...KillEntry.properties,
    createdBy: NullableText,
    createdAt: SignedTime,
    liftedBy: NullableText,
    liftedAt: NullableTime,
    liftReason: NullableText,
  },
  { title: 'KillRecord' },
);
export type KillRecord = Static<typeof KillRecord>;

export const trustRoutes = {
  state: route({
    method: 'GET',
    path: '/api/trust',
    summary: "Get whose keys this server's keys and kill list are signed by",
    access: 'public',
    plan: 'free',
    replies: { 200: TrustState },
    errors: [],
  }),
  file: route({
    method: 'GET',
    path: '/api/trust/files/:file',
    summary: 'Get a file of the trust metadata (TUF): roots, timestamp, snapshot, targets, keys, kill list',
    access: 'public',
    plan: 'free',
    params: Type.Object({ file: Type.String({ maxLength: 120 }) }),
    replies: { 200: Binary },
    errors: ['trust_file_not_found'],
  }),
  keys: route({
    method: 'GET',
    path: '/api/trust/keys',
    summary: 'List the keys that may sign packages',
    access: 'server:operate',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(TrustedKey) }) },
    errors: [],
  }),
  addKey: route({
    method: 'POST',
    path: '/api/trust/keys',
    summary: "Let a publisher's key sign packages",
    access: 'server:operate',
    plan: 'free',
    body: Type.Object(
      { publicKey: TrustedKey.properties.publicKey, publisher: PublisherName, from: Time, until: Time },
      closed,
    ),
    replies: { 201: TrustedKey },
    errors: ['signing_key_exists', 'invalid_request'],
  }),
  revokeKey: route({
    method: 'POST',
    path: '/api/trust/keys/:keyId/revoke',
    summary: 'Revoke a key: nothing counts any more that it signed since then, and that nobody else saw before',
    access: 'server:operate',
    plan: 'free',
    params: Type.Object({ keyId: TrustedKey.properties.keyId }),
    body: Type.Object({ reason: Reason, from: Time }, closed),
    replies: { 200: TrustedKey },
    errors: ['signing_key_not_found', 'invalid_request'],
  }),
  killList: route({
    method: 'GET',
    path: '/api/trust/kill-list',
    summary: 'List what may no longer be installed or run, and what was lifted again, newest first',
    access: 'server:operate',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(KillRecord) }) },
    errors: [],
  }),
  kill: route({
    method: 'POST',
    path: '/api/trust/kill-list',
    summary: 'Put something on the kill list: what it names ends within five seconds, in every organisation',
    access: 'server:operate',
    plan: 'free',
    body: Type.Object(
      { kind: Type.Enum([...killKinds]), value: KillEntry.properties.value, reason: Reason, from: Time },
      closed,
    ),
    replies: { 201: KillRecord },
    errors: ['kill_entry_exists', 'invalid_request'],
  }),
  lift: route({
    method: 'POST',
    path: '/api/trust/kill-list/:id/lift',
    summary: 'Lift an entry of the kill list: what it named may be loaded again, by whoever wants it to run',
    access: 'server:operate',
    plan: 'free',
    params: Type.Object({ id: Id }),
    body: Type.Object({ reason: Reason }, closed),
    replies: { 200: KillRecord },
    errors: ['kill_entry_not_found', 'invalid_request'],
  }),
  countersign: route({
    method: 'POST',
    path: '/api/trust/countersign',
    summary: "Sign a verdict on a package as the marketplace, beside its publisher's signature where there is one",
    access: 'server:operate',
    plan: 'free',
    multipart: {
      plugin: 'The package: ZIP or TAR.GZ, at most 50 MB',
      signature: "The publisher's <file>.sig.json; left out for an upload by a verified account",
      publisher: 'Of a package without a signature: whose account uploaded it',
      verdict: `${verdicts.join(' or ')}, as a person decided`,
    },
    replies: { 200: JsonObject },
    errors: [
      'file_missing',
      'package_too_large',
      'package_not_archive',
      'package_refused',
      'manifest_missing',
      'manifest_invalid',
      'main_missing',
      'signature_invalid',
      'package_killed',
      'invalid_request',
    ],
  }),
};
