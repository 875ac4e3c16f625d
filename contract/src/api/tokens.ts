import { Type } from 'typebox';
import { accessNames, type Access } from '../access.ts';
import { limits } from '../limits.ts';
import { Cursor, NoContent, page, route } from '../route.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);

/** What a token can be given: everything that a route may demand. With `signed-in` it can ask whose it is, too. */
export type TokenAccess = Exclude<Access, 'public' | 'own-account'>;
export const tokenAccess = (Object.keys(accessNames) as Access[]) // keys of a constant object
  .filter((name): name is TokenAccess => name !== 'public' && name !== 'own-account');
const AccessName = Type.Enum(tokenAccess);

/** For programs. It does what its access says, and never more than the role of whoever made it has at that moment. */
export const ApiToken = Type.Object(
  {
    id: Id,
    name: Type.String(),
    access: Type.Array(AccessName),
    createdAt: Time,
    expiresAt: NullableTime,
    lastUsedAt: NullableTime,
    lastUsedFrom: Type.Union([Type.String(), Type.Null()], {
      description: 'The network of the last use: the first 24 bits of an IPv4 address, 48 of an IPv6 address',
    }),
  },
  { title: 'ApiToken' },
);

/** A token as those see it who manage the members. */
export const MemberToken = Type.Object(
  { ...ApiToken.properties, member: Type.Object({ id: Id, name: Type.String(), email: Type.String() }) },
  { title: 'MemberToken' },
);

export const tokenRoutes = {
  list: route({
    method: 'GET',
    path: '/api/tokens',
    summary: 'List your API tokens',
    access: 'signed-in',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(ApiToken) }) },
    errors: [],
  }),
  create: route({
    method: 'POST',
    path: '/api/tokens',
    summary: 'Create an API token; it is shown once. Takes a signed-in person: a token makes no tokens',
    access: 'signed-in',
    plan: 'free',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 100 }),
        access: Type.Optional(
          Type.Array(AccessName, {
            minItems: 1,
            maxItems: 50,
            description: 'No more than you have yourself. Left out: what you have of signed-in and of …:read',
          }),
        ),
        expiresAt: Type.Optional(Type.Union([Time, Type.Literal('never')], { description: 'Left out: in 90 days' })),
      },
      closed,
    ),
    replies: { 201: Type.Object({ ...ApiToken.properties, token: Type.String() }) },
    errors: ['invalid_request', 'access_denied', 'too_many_tokens'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/tokens/:id',
    summary: 'Delete an API token of yours; it stops at once',
    access: 'signed-in',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['token_not_found'],
  }),
  listAll: route({
    method: 'GET',
    path: '/api/organisations/tokens',
    summary: 'List the API tokens of all members, newest first',
    access: 'members:manage',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
    }),
    replies: { 200: page(MemberToken) },
    errors: ['invalid_request'],
  }),
  revoke: route({
    method: 'DELETE',
    path: '/api/organisations/tokens/:id',
    summary: 'Revoke the API token of a member; it stops at once',
    access: 'members:manage',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['token_not_found'],
  }),
};
