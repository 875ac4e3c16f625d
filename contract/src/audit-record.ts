import { Type, type Static } from 'typebox';
import { auditActs, type AuditAct } from './audit.ts';
import { JsonObject } from './json.ts';

const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableObject = Type.Union([JsonObject, Type.Null()]);
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const NullableHash = Type.Union([Hash, Type.Null()]);
const Time = Type.String({ format: 'date-time' });

export const auditActNames = Object.keys(auditActs) as AuditAct[]; // keys of a constant object
export const auditResults = ['done', 'refused'] as const;

/** One act as it stands in the trail: what everybody who may read it sees, and what an export holds. */
export const AuditRecord = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    position: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
      description: 'Its place in the chain; null until it is sealed, within a second',
    }),
    act: Type.String({ description: 'See contract/src/audit.ts' }),
    result: Type.Enum(auditResults, { description: 'refused: it was tried' }),
    actor: Type.Object({
      kind: Type.Enum(['member', 'system']),
      id: Type.String({ description: 'Of a user, who may be gone by now, or the name of a part of the server' }),
      role: NullableText,
      via: Type.Union([Type.String(), Type.Null()], { description: 'What the request was signed in with' }),
    }),
    requestId: NullableText,
    subject: Type.Object({ kind: Type.String(), id: Type.String() }),
    reason: NullableText,
    before: NullableObject,
    after: NullableObject,
    personal: Type.Union([JsonObject, Type.Null()], {
      description: 'Names, e-mail and network addresses; null where there were none, or they were erased',
    }),
    personalSalt: NullableText,
    personalDigest: Type.Union([Hash, Type.Null()], {
      description: 'SHA-256 of salt and personal data. It stays, and is chained, when they are erased',
    }),
    detailsSalt: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'Null where reason, before and after were erased, or there were none',
      }),
    ),
    detailsDigest: Type.Optional(
      Type.Union([Hash, Type.Null()], {
        description: 'SHA-256 of salt, reason, before and after. It stays, and is chained, when they are erased',
      }),
    ),
    at: Time,
    previous: Type.Union([Hash, Type.Null()], { description: '`hash` of the act before; null on the first' }),
    hash: NullableHash,
  },
  { title: 'AuditRecord' },
);
export type AuditRecord = Static<typeof AuditRecord>;

/** What the server says of a trail at a moment: so many acts, and the last has this hash. */
export const AuditHead = Type.Object(
  {
    trail: Type.String({ maxLength: 36, description: 'Id of an organisation, or "server"' }),
    position: Type.Integer({ minimum: 1 }),
    hash: Hash,
    signedAt: Type.String({ maxLength: 30 }),
    publicKey: Type.String({ maxLength: 100, description: 'Ed25519, SubjectPublicKeyInfo, base64' }),
    signature: Type.String({ maxLength: 100, description: 'base64' }),
  },
  { title: 'AuditHead', additionalProperties: false },
);
export type AuditHead = Static<typeof AuditHead>;

/** Where a trail begins since the acts up to there were deleted. Signed as another statement than a head is. */
export const AuditCut = Type.Object(AuditHead.properties, { title: 'AuditCut', additionalProperties: false });
export type AuditCut = Static<typeof AuditCut>;

export const auditFaults = {
  changed: 'The act was changed after it was sealed.',
  removed: 'Acts are missing.',
  inserted: 'This act was put in by hand.',
  reordered: 'Acts stand in another order than the one they were sealed in.',
  personal: 'The personal data of the act were changed.',
  cut: 'The trail does not begin where it was cut.',
  head: 'A signed head does not fit: acts were changed and sealed anew, or its signature is not right.',
} as const;
export type AuditFaultKind = keyof typeof auditFaults;

export const AuditFault = Type.Object(
  {
    kind: Type.Enum(Object.keys(auditFaults) as AuditFaultKind[]), // keys of a constant object
    position: Type.Integer({ description: 'The first place in the chain where something is wrong' }),
    id: Type.Union([Type.String(), Type.Null()], { description: 'Of the act that stands there' }),
    says: Type.String(),
    expected: NullableText,
    found: NullableText,
  },
  { title: 'AuditFault' },
);
export type AuditFault = Static<typeof AuditFault>;

export const AuditVerdict = Type.Object(
  {
    intact: Type.Boolean(),
    checked: Type.Integer({ description: 'Acts' }),
    heads: Type.Integer({ description: 'Signed heads' }),
    head: Type.Union([AuditHead, Type.Null()], { description: 'The newest; null where nothing was recorded yet' }),
    cut: Type.Optional(
      Type.Union([AuditCut, Type.Null()], {
        description: 'Acts up to here were deleted when their time was over; null where the trail is whole',
      }),
    ),
    fault: Type.Union([AuditFault, Type.Null()], { description: 'The first, in the order of the chain' }),
  },
  { title: 'AuditVerdict' },
);
export type AuditVerdict = Static<typeof AuditVerdict>;

/** The first line of an export as JSON Lines; then acts in the order of the chain and heads, each with its `type`. */
export const AuditExportBegin = Type.Object({
  type: Type.Literal('trail'),
  version: Type.Literal(1),
  trail: Type.String(),
  exportedAt: Time,
  complete: Type.Boolean({ description: 'False where a filter left acts out: such an export cannot be verified' }),
});
export type AuditExportBegin = Static<typeof AuditExportBegin>;
