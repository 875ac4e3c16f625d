import { Type, type Static } from 'typebox';
import { PluginId, Version } from '../manifest.ts';
import { Cursor, page, route } from '../route.ts';
import { PublisherName } from '../trust.ts';
import { announcementKindNames } from './announcement-kinds.ts';
import { PostText, PostTitle } from './post-text.ts';

/** Of one plugin; what is about security is not counted. */
export const announcementLimit = { count: 4, days: 30 } as const;
/** Numbers of organisations are told in steps of this many, and below the first not at all. */
export const reachStep = 5;
/** How long notices are kept. */
export const noticeDays = 365;

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const params = Type.Object({ publisher: PublisherName });
const size = Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }));

export const NewAnnouncement = Type.Object(
  { kind: Type.Enum(announcementKindNames), title: PostTitle, text: PostText },
  { title: 'NewAnnouncement', ...closed },
);
export type NewAnnouncement = Static<typeof NewAnnouncement>;

/** As its publisher sees it. */
export const Announcement = Type.Object(
  {
    id: Id,
    publisher: PublisherName,
    plugin: PluginId,
    kind: Type.Enum(announcementKindNames),
    title: Type.String(),
    text: Type.String(),
    createdAt: Time,
    sentAt: Type.Union([Time, Type.Null()], { description: 'Null: is on its way' }),
    reached: Type.Union([Type.Integer(), Type.Null()], {
      description: `Organisations that it went to, without your own, in steps of ${reachStep}; null: fewer than ${reachStep}, or still on its way`,
    }),
  },
  { title: 'Announcement' },
);
export type Announcement = Static<typeof Announcement>;

/** As those see it to whom it went. */
export const ReceivedAnnouncement = Type.Object(
  {
    id: Id,
    publisher: PublisherName,
    plugin: PluginId,
    kind: Type.Enum([...announcementKindNames, 'release']),
    version: Type.Union([Version, Type.Null()], { description: 'Of a release' }),
    title: Type.String({ description: 'Of a release, the name of the plugin' }),
    text: Type.String(),
    receivedAt: Time,
    readAt: Type.Union([Time, Type.Null()]),
  },
  { title: 'ReceivedAnnouncement' },
);
export type ReceivedAnnouncement = Static<typeof ReceivedAnnouncement>;

const mine = { access: 'signed-in', plan: 'free' } as const;

export const announcementRoutes = {
  list: route({
    method: 'GET',
    path: '/api/announcements',
    summary: 'List what publishers announced to you, newest first',
    ...mine,
    query: Type.Object({ cursor: Cursor, limit: size, unread: Type.Optional(Type.Boolean()) }),
    replies: { 200: page(ReceivedAnnouncement) },
    errors: ['invalid_request'],
  }),
  read: route({
    method: 'POST',
    path: '/api/announcements/read',
    summary: 'Mark announcements to you as read: those named, or all',
    ...mine,
    body: Type.Object({ ids: Type.Optional(Type.Array(Id, { maxItems: 100 })) }, closed),
    replies: { 200: Type.Object({ unread: Type.Integer() }) },
    errors: ['invalid_request'],
  }),
  sent: route({
    method: 'GET',
    path: '/api/publishers/:publisher/announcements',
    summary: 'List what a publisher of yours announced, newest first',
    access: 'publishing:manage',
    plan: 'free',
    params,
    query: Type.Object({ cursor: Cursor, limit: size }),
    replies: { 200: page(Announcement) },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
  publish: route({
    method: 'POST',
    path: '/api/publishers/:publisher/plugins/:plugin/announcements',
    summary:
      'Announce something to admins of all organisations that have a plugin of yours installed, and to followers',
    access: 'publishing:manage',
    plan: 'free',
    params: Type.Object({ publisher: PublisherName, plugin: PluginId }),
    body: NewAnnouncement,
    replies: { 202: Announcement },
    errors: ['publisher_not_found', 'release_not_found', 'too_many_announcements', 'invalid_request'],
  }),
};
