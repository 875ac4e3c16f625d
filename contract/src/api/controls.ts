import { Type, type Static } from 'typebox';
import { roleNames } from '../access.ts';
import { limits } from '../limits.ts';
import { Binary, route } from '../route.ts';
import { MemberToken } from './tokens.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const RoleName = Type.Enum(roleNames);

/** A member as somebody sees them who decides whether they stay. */
export const ReviewedMember = Type.Object(
  {
    id: Id,
    name: Type.String(),
    email: Type.String(),
    role: RoleName,
    createdAt: Time,
    operator: Type.Boolean({ description: 'Operates the server, beside the role' }),
    secondFactor: Type.Boolean({ description: 'Two-factor sign-in is on' }),
    singleSignOn: Type.Boolean({ description: "The organisation's provider knows them" }),
    lastSeenAt: Type.Union([Time, Type.Null()], { description: 'The last sign-in or request; null: never' }),
    dormant: Type.Boolean({ description: 'Not seen for 90 days, nor became a member in them' }),
  },
  { title: 'ReviewedMember' },
);
export type ReviewedMember = Static<typeof ReviewedMember>;

const LastReview = Type.Object({
  at: Time,
  by: Type.Union([Type.String(), Type.Null()], { description: 'Null: no member any more' }),
  kept: Type.Integer(),
  removed: Type.Integer(),
});

export const accessReviewRoutes = {
  open: route({
    method: 'GET',
    path: '/api/access-reviews/open',
    summary: 'What a review of access has to decide about: every member and every API token',
    access: 'members:manage',
    plan: 'free',
    replies: {
      200: Type.Object({
        members: Type.Array(ReviewedMember),
        tokens: Type.Array(MemberToken),
        last: Type.Union([LastReview, Type.Null()]),
      }),
    },
    errors: [],
  }),
  finish: route({
    method: 'POST',
    path: '/api/access-reviews',
    summary:
      'Finish a review of access: who is not kept is removed, and the whole list is recorded. Takes a signed-in person',
    access: 'members:manage',
    plan: 'free',
    body: Type.Object(
      {
        members: Type.Array(Type.Object({ id: Id, role: RoleName, keep: Type.Boolean() }, closed), {
          maxItems: limits.reviewedMembers,
          description: 'Every member with the role that was reviewed',
        }),
        tokens: Type.Array(Type.Object({ id: Id, keep: Type.Boolean() }, closed), {
          maxItems: limits.reviewedTokens,
          description: 'Every API token',
        }),
        note: Type.Optional(Type.String({ maxLength: 1_000 })),
      },
      closed,
    ),
    replies: { 201: Type.Object({ id: Id, at: Time, kept: Type.Integer(), removed: Type.Integer() }) },
    errors: ['access_review_outdated', 'last_owner', 'access_denied', 'session_required', 'invalid_request'],
  }),
};

export const controlRoutes = {
  evidence: route({
    method: 'GET',
    path: '/api/controls/evidence',
    summary: 'Download the evidence of a period, a file for each control, signed as a whole: a ZIP',
    access: 'audit:read',
    plan: 'free',
    query: Type.Object({
      from: Type.String({ format: 'date-time', description: 'The first moment of the period' }),
      to: Type.String({ format: 'date-time', description: 'The first moment behind it; 400 days later at most' }),
    }),
    replies: { 200: Binary },
    errors: ['invalid_request'],
  }),
};
