import { Type, type Static } from 'typebox';
import { abuseCategoryNames, abuseStateNames, abuseSubjects, abuseTextChars } from '../community/abuse-reports.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { Cursor, NoContent, page, route } from '../route.ts';
import { PublisherName } from '../trust.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const State = Type.Enum(abuseStateNames);
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });
const paged = {
  cursor: Cursor,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
};

export const AbuseSubjectRef = Type.Union(
  [
    Type.Object({ kind: Type.Literal('listing'), publisher: PublisherName, plugin: PluginId }, closed),
    Type.Object({ kind: Type.Literal('rating'), id: Id }, closed),
    Type.Object({ kind: Type.Literal('publisher'), publisher: PublisherName }, closed),
  ],
  { title: 'AbuseSubject' },
);
export type AbuseSubjectRef = Static<typeof AbuseSubjectRef>;

export const AbuseReport = Type.Object(
  {
    id: Id,
    kind: Type.Enum([...abuseSubjects]),
    publisher: PublisherName,
    plugin: Type.Union([PluginId, Type.Null()]),
    rating: Type.Union([Id, Type.Null()], { description: 'Of a report of a rating' }),
    category: Type.Enum(abuseCategoryNames),
    text: Type.String(),
    state: State,
    reason: Type.Union([Type.String(), Type.Null()], { description: 'What the moderator says to whoever reported it' }),
    at: Time,
    decidedAt: NullableTime,
  },
  { title: 'AbuseReport' },
);
export type AbuseReport = Static<typeof AbuseReport>;

export const ModeratedReport = Type.Object(
  {
    ...AbuseReport.properties,
    others: Type.Integer({ description: 'Further reports of the same that nobody has decided about' }),
    rated: Type.Union([Type.String(), Type.Null()], { description: 'The text of the rating that was reported' }),
    obstacle: Type.Union([Type.Literal('own'), Type.Null()], {
      description: 'Why you cannot decide: it is about or of your own organisation',
    }),
  },
  { title: 'ModeratedReport' },
);
export type ModeratedReport = Static<typeof ModeratedReport>;

export const abuseReportRoutes = {
  create: route({
    method: 'POST',
    path: '/api/abuse-reports',
    summary: 'Report a plugin, a rating or a publisher of the marketplace to its moderators',
    access: 'plugins:read',
    plan: 'free',
    body: Type.Object(
      {
        subject: AbuseSubjectRef,
        category: Type.Enum(abuseCategoryNames),
        text: Type.String({ minLength: 1, maxLength: abuseTextChars }),
      },
      closed,
    ),
    replies: { 201: AbuseReport },
    errors: [
      'release_not_found',
      'rating_not_found',
      'publisher_not_found',
      'abuse_report_exists',
      'too_many_abuse_reports',
      'invalid_request',
    ],
  }),
  mine: route({
    method: 'GET',
    path: '/api/abuse-reports',
    summary: 'List what you reported, and what became of it, the newest first',
    access: 'plugins:read',
    plan: 'free',
    query: Type.Object(paged),
    replies: { 200: page(AbuseReport) },
    errors: ['invalid_request'],
  }),
  queue: route({
    method: 'GET',
    path: '/api/moderation/abuse-reports',
    summary: 'List what was reported, the longest waiting first. Who reported it is not told',
    access: 'submissions:review',
    plan: 'free',
    query: Type.Object({ state: Type.Optional(State), kind: Type.Optional(Type.Enum([...abuseSubjects])), ...paged }),
    replies: { 200: page(ModeratedReport) },
    errors: ['invalid_request'],
  }),
  decide: route({
    method: 'POST',
    path: '/api/moderation/abuse-reports/:id',
    summary: 'Take a report up, give it back, or decide about it with the reason that whoever reported it reads',
    access: 'submissions:review',
    plan: 'free',
    params: Type.Object({ id: Id }),
    body: Type.Union([
      Type.Object({ state: Type.Enum(['open', 'in-review']) }, closed),
      Type.Object({ state: Type.Enum(['acted', 'dismissed']), reason: Reason }, closed),
    ]),
    replies: { 204: NoContent },
    errors: ['abuse_report_not_found', 'abuse_report_state', 'moderation_not_yours', 'invalid_request'],
  }),
};
