import { Type, type Static } from 'typebox';
import { eraseEventKinds } from './erase-event.ts';
import { retentionKinds, retentionNames, type RetentionName } from './retention.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const Name = Type.Enum(retentionNames);

function daysOf(name: RetentionName) {
  const { range } = retentionKinds[name];
  return range === null ? [] : [[name, Type.Optional(Type.Union([Type.Integer({ ...range }), Type.Null()]))] as const];
}

/** Days by kind; null: kept until somebody deletes it. What is left out is the default. */
export const RetentionDays = Type.Object(Object.fromEntries(retentionNames.flatMap(daysOf)), {
  ...closed,
  title: 'RetentionDays',
});

const Words = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
/** Who answers for the processing: for the register of Article 30 GDPR. */
export const Controller = Type.Object(
  {
    name: Words(200),
    address: Words(500),
    contact: Words(200),
    representative: Words(300),
    dataProtectionOfficer: Words(300),
  },
  { ...closed, title: 'Controller' },
);
export type Controller = Static<typeof Controller>;

export const PrivacySettings = Type.Object(
  {
    retention: RetentionDays,
    deletePhotos: Type.Boolean({ description: 'Photos and derived files are deleted right after their runs' }),
    controller: Controller,
  },
  { ...closed, title: 'PrivacySettings' },
);
export type PrivacySettings = Static<typeof PrivacySettings>;

export const RetentionDone = Type.Object({
  kind: Name,
  deleted: Type.Integer({ minimum: 0 }),
  before: Type.Union([Time, Type.Null()], { description: 'What is older was deleted; null: it ends by itself' }),
});
export type RetentionDone = Static<typeof RetentionDone>;

/** What one day's job deleted of an organisation, signed with its key. */
export const RetentionRun = Type.Object(
  {
    id: Id,
    at: Time,
    deleted: Type.Array(RetentionDone),
    publicKey: Type.String(),
    signature: Type.String({ description: 'Ed25519 over the text "proofpix-retention-v1" and the canonical JSON' }),
  },
  { title: 'RetentionRun' },
);
export type RetentionRun = Static<typeof RetentionRun>;

export const Erasure = Type.Object(
  {
    id: Id,
    person: Type.String({ format: 'uuid', description: 'By this number the trail knows them; nothing else does' }),
    askedBy: Type.Enum(['self', 'admin']),
    whole: Type.Boolean({ description: 'The account went as well; otherwise only what this organisation had' }),
    state: Type.Enum(['waiting', 'done', 'failed']),
    found: Type.Record(Type.String(), Type.Integer(), { description: 'What was erased, by place' }),
    at: Time,
    finishedAt: NullableTime,
  },
  { title: 'Erasure' },
);
export type Erasure = Static<typeof Erasure>;

export const EraseNotice = Type.Object(
  {
    id: Id,
    kind: Type.Enum(eraseEventKinds),
    ids: Type.Array(Type.String()),
    at: Time,
    finishedAt: NullableTime,
    told: Type.Array(
      Type.Object({ plugin: Type.String(), ok: Type.Boolean(), error: Type.Union([Type.String(), Type.Null()]) }),
    ),
  },
  { title: 'EraseNotice' },
);
export type EraseNotice = Static<typeof EraseNotice>;

export const OrganisationErasure = Type.Object(
  { eraseAt: NullableTime, askedAt: NullableTime },
  { title: 'OrganisationErasure' },
);

/** An entry of the register of processing activities. */
export const ProcessingActivity = Type.Object({
  kind: Name,
  name: Type.String(),
  purpose: Type.String(),
  people: Type.Array(Type.String()),
  data: Type.String(),
  days: Type.Union([Type.Integer(), Type.Null()], { description: 'Null: until somebody deletes it' }),
});
export const ProcessingRegister = Type.Object(
  {
    organisation: Type.String(),
    generatedAt: Time,
    controller: Controller,
    activities: Type.Array(ProcessingActivity),
    recipients: Type.Array(Type.Object({ name: Type.String(), hosts: Type.Array(Type.String()), why: Type.String() }), {
      description: 'Who outside of the server may be reached',
    }),
    measures: Type.Array(Type.String()),
  },
  { title: 'ProcessingRegister' },
);
export type ProcessingRegister = Static<typeof ProcessingRegister>;
