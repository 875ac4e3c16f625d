import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';

const closed = { additionalProperties: false } as const;
/** The one form of a time in everything that is signed: two texts for one moment would be two contents. */
export const SignedTime = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' });
const NullableTime = Type.Union([SignedTime, Type.Null()]);
const Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const PublisherName = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$',
  description: 'a-z, 0-9 and -, 3 to 50 characters',
});
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });

/** A key that may sign, and from when until when. */
export const TrustedKey = Type.Object(
  {
    keyId: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the SubjectPublicKeyInfo' }),
    publicKey: Type.String({ maxLength: 60, description: 'Ed25519: SubjectPublicKeyInfo (DER), base64' }),
    role: Type.Enum(['publisher', 'marketplace']),
    publisher: Type.Union([PublisherName, Type.Null()], { description: 'Whose it is; null for the marketplace' }),
    from: SignedTime,
    until: NullableTime,
    revoked: Type.Union([Type.Object({ from: SignedTime, reason: Reason }, closed), Type.Null()], {
      description: 'Stolen or lost: nothing that says it was signed since then counts',
    }),
  },
  { ...closed, title: 'TrustedKey' },
);
export type TrustedKey = Static<typeof TrustedKey>;

/** `keys.json` of the trust metadata. */
export const KeyList = Type.Object(
  { version: Type.Literal(1), keys: Type.Array(TrustedKey, { maxItems: limits.trustKeys }) },
  closed,
);
export type KeyList = Static<typeof KeyList>;

export const killKinds = ['key', 'publisher', 'plugin', 'version', 'digest'] as const;
export type KillKind = (typeof killKinds)[number];

/** What a value of each kind looks like. A plugin without a publisher is every plugin of that id. */
export const killValuePatterns = {
  key: '^[0-9a-f]{64}$',
  publisher: '^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$',
  plugin: '^([a-z0-9][a-z0-9-]{1,48}[a-z0-9]/)?[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$',
  version: '^([a-z0-9][a-z0-9-]{1,48}[a-z0-9]/)?[a-z0-9][a-z0-9-]{1,48}[a-z0-9]@[0-9A-Za-z.+-]{1,64}$',
  digest: '^[0-9a-f]{64}$',
} as const satisfies Record<KillKind, string>;

/** One thing that may no longer be installed or run. */
export const KillEntry = Type.Object(
  {
    kind: Type.Enum([...killKinds]),
    value: Type.String({
      maxLength: 180,
      description:
        'A key id, a publisher, [publisher/]plugin, [publisher/]plugin@version, or the identity of a package',
    }),
    reason: Reason,
    from: SignedTime,
  },
  { ...closed, title: 'KillEntry' },
);
export type KillEntry = Static<typeof KillEntry>;

/** `kill-list.json` of the trust metadata. */
export const KillList = Type.Object(
  { version: Type.Literal(1), entries: Type.Array(KillEntry, { maxItems: limits.killEntries }) },
  closed,
);
export type KillList = Static<typeof KillList>;

/** What publishers sign: that this package is their plugin in this version. */
export const publisherPredicateType = 'urn:proofpix:predicate:publisher:1';
export const PublisherPredicate = Type.Object(
  {
    publisher: PublisherName,
    id: Type.String({ maxLength: 50 }),
    version: Type.String({ maxLength: 64 }),
    created: SignedTime,
  },
  closed,
);
export type PublisherPredicate = Static<typeof PublisherPredicate>;

export const verdicts = ['accepted', 'rejected'] as const;

/** What the marketplace signs beside it: what it found, by which rules, and about which statement of the publisher. */
export const marketplacePredicateType = 'urn:proofpix:predicate:marketplace:1';
export const MarketplacePredicate = Type.Object(
  {
    id: Type.String({ maxLength: 50 }),
    version: Type.String({ maxLength: 64 }),
    publisher: PublisherName,
    verdict: Type.Enum([...verdicts]),
    ruleSet: Type.String({ minLength: 1, maxLength: 100, description: 'Version of the rules' }),
    decided: SignedTime,
    publisherStatement: Type.Union([Hex, Type.Null()], {
      description: "SHA-256 of the publisher's payload; null: uploaded without a key, by an account that is verified",
    }),
  },
  closed,
);
export type MarketplacePredicate = Static<typeof MarketplacePredicate>;

/** What stands behind the bytes of an installed package. */
export const SignatureMark = Type.Object(
  {
    state: Type.Enum(['signed', 'account', 'unsigned', 'bundled'], {
      description:
        "signed: by its publisher's key; account: uploaded to the marketplace by a verified account; bundled: it came with this server",
    }),
    publisher: Type.Union([Type.String(), Type.Null()]),
    keyIds: Type.Array(Type.String(), { description: "The publisher's that signed" }),
    signedAt: NullableTime,
    countersigned: Type.Union([
      Type.Object({
        keyIds: Type.Array(Type.String(), { description: "The marketplace's that signed" }),
        verdict: Type.Enum([...verdicts]),
        ruleSet: Type.String(),
        decidedAt: SignedTime,
      }),
      Type.Null(),
    ]),
  },
  { title: 'SignatureMark' },
);
export type SignatureMark = Static<typeof SignatureMark>;

/** Everything that can be wrong with a signature. */
export const signatureFaults = {
  malformed: 'The file of signatures cannot be read.',
  payload_type: 'The signature is over something else than a statement about a package.',
  signature_wrong: 'The signature does not fit what it is said to sign.',
  key_unknown: 'The key that signed is not one that is trusted.',
  key_role: 'The key that signed may not sign this kind of statement.',
  key_revoked: 'The key that signed was revoked.',
  key_time: 'The key was not in use at the time of the signature.',
  subject_mismatch: 'The signature is for another package.',
  predicate_wrong: 'The statement does not say what it must.',
  publisher_mismatch: 'The key belongs to another publisher than the statement names.',
  countersignature_mismatch: "The marketplace's statement is about another statement of the publisher.",
  rejected: 'The marketplace rejected this package.',
  in_future: 'The statement says that it was made in the future.',
} as const;
export type SignatureFaultCode = keyof typeof signatureFaults;
