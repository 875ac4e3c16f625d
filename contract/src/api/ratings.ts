import { Type, type Static } from 'typebox';
import {
  holdReasonNames,
  ratingObstacleNames,
  ratingStateNames,
  ratingStars,
  ratingTextChars,
} from '../community/ratings.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { Cursor, NoContent, page, route } from '../route.ts';
import { PublisherName } from '../trust.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });
const LongText = Type.String({ minLength: 1, maxLength: ratingTextChars });
const Stars = Type.Enum([...ratingStars]);
const of = Type.Object({ publisher: PublisherName, plugin: PluginId });
const one = Type.Object({ id: Id });
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));

/** What everybody sees of a rating. */
export const Rating = Type.Object(
  {
    id: Id,
    stars: Stars,
    text: Type.String({ description: 'Plain text' }),
    organisation: Type.Union([Type.String(), Type.Null()], {
      description: 'Null where the organisation did not want to be named',
    }),
    version: Type.String({ description: 'The version that the organisation used most' }),
    outdated: Type.Boolean({ description: 'Another version is offered by now' }),
    at: Time,
    editedAt: NullableTime,
    reply: Type.Union([Type.Object({ text: Type.String(), at: Time }), Type.Null()], {
      description: 'What the publisher says to it',
    }),
    helpful: Type.Integer({ description: 'Organisations that found it helpful' }),
    yours: Type.Boolean({ description: 'Of your organisation' }),
    helpfulToYou: Type.Boolean({ description: 'Your organisation found it helpful' }),
  },
  { title: 'Rating' },
);
export type Rating = Static<typeof Rating>;

export const RatingSummary = Type.Object(
  {
    count: Type.Integer(),
    mean: Type.Union([Type.Number(), Type.Null()], { description: 'To one decimal; null without a rating' }),
    distribution: Type.Array(Type.Integer(), {
      minItems: 5,
      maxItems: 5,
      description: 'How many have one star, two stars, …, five stars',
    }),
  },
  { title: 'RatingSummary' },
);
export type RatingSummary = Static<typeof RatingSummary>;

/** The rating of one's own organisation, whatever became of it, and whether it may rate. */
export const OwnRating = Type.Object(
  {
    obstacle: Type.Union([Type.Enum(ratingObstacleNames), Type.Null()], { description: 'Why it cannot rate' }),
    use: Type.Object(
      {
        photos: Type.Integer({ description: 'Different photos that it looked at without an error' }),
        days: Type.Integer({ description: 'Days on which it did' }),
        since: Type.Union([Time, Type.Null()], { description: 'The first time of these' }),
      },
      { description: 'What the organisation did with it in the last 60 days' },
    ),
    needed: Type.Object({ photos: Type.Integer(), days: Type.Integer(), hours: Type.Integer() }),
    rating: Type.Union([
      Type.Object({
        id: Id,
        stars: Stars,
        text: Type.String(),
        named: Type.Boolean(),
        version: Type.String(),
        at: Time,
        editedAt: NullableTime,
        state: Type.Enum(ratingStateNames),
        held: Type.Union([Type.Enum(holdReasonNames), Type.Null()], { description: 'Why it waits' }),
        reason: Type.Union([Type.String(), Type.Null()], { description: 'Of the moderator who decided about it' }),
        appeal: Type.Union([Type.Object({ text: Type.String(), at: Time, decidedAt: NullableTime }), Type.Null()]),
      }),
      Type.Null(),
    ]),
  },
  { title: 'OwnRating' },
);
export type OwnRating = Static<typeof OwnRating>;

export const NewRating = Type.Object(
  {
    stars: Stars,
    text: Type.Optional(Type.String({ maxLength: ratingTextChars, default: '' })),
    named: Type.Optional(Type.Boolean({ default: false, description: 'Shows the name of the organisation beside it' })),
  },
  { ...closed, title: 'NewRating' },
);
export type NewRating = Static<typeof NewRating>;

export const moderationQueues = ['held', 'appealed', 'reported', 'rejected'] as const;

/** A rating as a moderator sees it. */
export const ModeratedRating = Type.Object(
  {
    id: Id,
    publisher: PublisherName,
    plugin: PluginId,
    stars: Stars,
    text: Type.String(),
    reply: NullableText,
    version: Type.String(),
    organisationSince: Time,
    at: Time,
    editedAt: NullableTime,
    state: Type.Enum(ratingStateNames),
    held: Type.Union([Type.Enum(holdReasonNames), Type.Null()]),
    reason: NullableText,
    appeal: NullableText,
    reports: Type.Integer({ description: 'Reports of it that nobody has decided about' }),
    obstacle: Type.Union([Type.Enum(['own', 'decided-before']), Type.Null()], {
      description: 'Why you cannot decide: it is about or of your own organisation, or you decided before the appeal',
    }),
  },
  { title: 'ModeratedRating' },
);
export type ModeratedRating = Static<typeof ModeratedRating>;

export const RatingDecision = Type.Object(
  { decision: Type.Enum(['release', 'reject', 'remove-reply']), reason: Reason },
  { ...closed, title: 'RatingDecision' },
);
export type RatingDecision = Static<typeof RatingDecision>;

export const ratingRoutes = {
  list: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/ratings',
    summary:
      'List what organisations that really use a plugin think of it, with the mean and how many gave which stars',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params: of,
    query: Type.Object({
      sort: Type.Optional(Type.Enum(['newest', 'helpful'], { default: 'newest' })),
      stars: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: 'Those with so many stars alone' })),
      cursor: Cursor,
      limit,
    }),
    replies: { 200: Type.Object({ ...page(Rating).properties, summary: RatingSummary }) },
    errors: ['release_not_found', 'invalid_request'],
  }),
  own: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/rating',
    summary: 'Get the rating of your organisation, whatever became of it, or what it lacks to rate',
    access: 'plugins:read',
    plan: 'free',
    params: of,
    replies: { 200: OwnRating },
    errors: ['release_not_found'],
  }),
  set: route({
    method: 'PUT',
    path: '/api/marketplace/plugins/:publisher/:plugin/rating',
    summary: 'Rate a plugin for your organisation, or change its rating. An organisation has one, and so has a person',
    access: 'plugins:manage',
    plan: 'free',
    params: of,
    body: NewRating,
    replies: { 200: OwnRating },
    errors: ['release_not_found', 'rating_not_allowed', 'invalid_request'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/marketplace/plugins/:publisher/:plugin/rating',
    summary: 'Take the rating of your organisation back. What a moderator decided about it stays',
    access: 'plugins:manage',
    plan: 'free',
    params: of,
    replies: { 204: NoContent },
    errors: ['release_not_found'],
  }),
  appeal: route({
    method: 'POST',
    path: '/api/marketplace/ratings/:id/appeal',
    summary: 'Object once to the rejection of your rating. Another moderator decides',
    access: 'plugins:manage',
    plan: 'free',
    params: one,
    body: Type.Object({ text: LongText }, closed),
    replies: { 204: NoContent },
    errors: ['rating_not_found', 'rating_state', 'invalid_request'],
  }),
  helpful: route({
    method: 'PUT',
    path: '/api/marketplace/ratings/:id/helpful',
    summary: 'Say that a rating is helpful, or take that back: one voice of each organisation and person',
    access: 'plugins:read',
    plan: 'free',
    params: one,
    body: Type.Object({ helpful: Type.Boolean() }, closed),
    replies: { 204: NoContent },
    errors: ['rating_not_found', 'vote_not_allowed'],
  }),
  reply: route({
    method: 'PUT',
    path: '/api/marketplace/ratings/:id/reply',
    summary: 'Reply to a rating of a plugin that your organisation publishes; null takes the reply away',
    access: 'publishing:manage',
    plan: 'free',
    params: one,
    body: Type.Object({ text: Type.Union([LongText, Type.Null()]) }, closed),
    replies: { 204: NoContent },
    errors: ['rating_not_found', 'invalid_request'],
  }),
  queue: route({
    method: 'GET',
    path: '/api/moderation/ratings',
    summary: 'List ratings that a moderator has to look at, the longest waiting first',
    access: 'submissions:review',
    plan: 'free',
    query: Type.Object({
      queue: Type.Optional(Type.Enum([...moderationQueues], { default: 'held' })),
      cursor: Cursor,
      limit,
    }),
    replies: { 200: page(ModeratedRating) },
    errors: ['invalid_request'],
  }),
  decide: route({
    method: 'POST',
    path: '/api/moderation/ratings/:id/decide',
    summary: 'Release or reject a rating, or remove the reply to it, with the reason that those concerned read',
    access: 'submissions:review',
    plan: 'free',
    params: one,
    body: RatingDecision,
    replies: { 204: NoContent },
    errors: ['rating_not_found', 'rating_state', 'moderation_not_yours', 'invalid_request'],
  }),
};
