import { Type } from 'typebox';
import { plans, roleNames } from '../access.ts';
import { OrganisationLimits, OrganisationLimitsReply } from '../receipts.ts';
import { NoContent, route } from '../route.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Email = Type.String({ format: 'email', maxLength: 254 });
const Password = Type.String({ minLength: 10, maxLength: 200 });
const RoleName = Type.Enum(roleNames);

export const Account = Type.Object(
  {
    user: Type.Object({ id: Id, email: Email, name: Type.String() }),
    organisation: Type.Object({ id: Id, name: Type.String(), plan: Type.Enum([...plans]) }),
    role: RoleName,
    access: Type.Array(Type.String()),
  },
  { title: 'Account' },
);
const Session = Type.Object({ accessToken: Type.String(), expiresAt: Time, account: Account }, { title: 'Session' });
export const Member = Type.Object(
  { id: Id, email: Email, name: Type.String(), role: RoleName, createdAt: Time },
  { title: 'Member' },
);
export const ApiToken = Type.Object(
  {
    id: Id,
    name: Type.String(),
    createdAt: Time,
    expiresAt: Type.Union([Time, Type.Null()]),
    lastUsedAt: Type.Union([Time, Type.Null()]),
  },
  { title: 'ApiToken' },
);

export const authRoutes = {
  login: route({
    method: 'POST',
    path: '/api/auth/login',
    summary: 'Sign in with e-mail and password',
    access: 'public',
    plan: 'free',
    body: Type.Object(
      { email: Email, password: Type.String({ maxLength: 200 }), organisationId: Type.Optional(Id) },
      closed,
    ),
    replies: { 200: Session },
    errors: ['sign_in_failed', 'rate_limited'],
  }),
  exchange: route({
    method: 'POST',
    path: '/api/auth/exchange',
    summary: 'Sign in with the single-use code of a sign-in link; sets the session cookie',
    access: 'public',
    plan: 'free',
    body: Type.Object({ code: Type.String({ maxLength: 100 }) }, closed),
    replies: { 200: Account },
    errors: ['sign_in_code_invalid', 'rate_limited'],
  }),
  session: route({
    method: 'POST',
    path: '/api/auth/session',
    summary: 'Sign in with e-mail and password in the browser; sets the session cookie',
    access: 'public',
    plan: 'free',
    body: Type.Object({ email: Email, password: Type.String({ maxLength: 200 }) }, closed),
    replies: { 200: Account },
    errors: ['sign_in_failed', 'rate_limited'],
  }),
  logout: route({
    method: 'POST',
    path: '/api/auth/logout',
    summary: 'End this session',
    access: 'signed-in',
    plan: 'free',
    replies: { 204: NoContent },
    errors: [],
  }),
  account: route({
    method: 'GET',
    path: '/api/account',
    summary: 'Who is signed in, where, and with which access',
    access: 'signed-in',
    plan: 'free',
    replies: { 200: Account },
    errors: [],
  }),
};

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
    summary: 'Create an API token; it is shown once',
    access: 'signed-in',
    plan: 'free',
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }), expiresAt: Type.Optional(Time) }, closed),
    replies: { 201: Type.Object({ ...ApiToken.properties, token: Type.String() }) },
    errors: ['invalid_request'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/tokens/:id',
    summary: 'Delete an API token; it stops at once',
    access: 'signed-in',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['token_not_found'],
  }),
};

export const memberRoutes = {
  list: route({
    method: 'GET',
    path: '/api/members',
    summary: 'List the members of the organisation',
    access: 'signed-in',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Member) }) },
    errors: [],
  }),
  create: route({
    method: 'POST',
    path: '/api/members',
    summary: 'Add a member',
    access: 'members:manage',
    plan: 'free',
    body: Type.Object(
      { email: Email, name: Type.String({ minLength: 1, maxLength: 100 }), role: RoleName, password: Password },
      closed,
    ),
    replies: { 201: Member },
    errors: ['member_exists'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/members/:id',
    summary: 'Remove a member; sessions and tokens stop at once',
    access: 'members:manage',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['member_not_found', 'last_owner'],
  }),
};

export const organisationRoutes = {
  create: route({
    method: 'POST',
    path: '/api/organisations',
    summary: 'Create an organisation with its owner',
    access: 'server:operate',
    plan: 'free',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 100 }),
        plan: Type.Optional(Type.Enum([...plans])),
        owner: Type.Object(
          { email: Email, name: Type.String({ minLength: 1, maxLength: 100 }), password: Password },
          closed,
        ),
      },
      closed,
    ),
    replies: { 201: Type.Object({ id: Id, name: Type.String(), plan: Type.Enum([...plans]) }) },
    errors: ['organisation_exists', 'member_exists'],
  }),
  getLimits: route({
    method: 'GET',
    path: '/api/organisations/limits',
    summary: 'Get what your organisation and the server allow plugins at most',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: OrganisationLimitsReply },
    errors: [],
  }),
  putLimits: route({
    method: 'PUT',
    path: '/api/organisations/limits',
    summary:
      "Replace the limits of your organisation for plugins; one that is left out is the server's. Holds from the next call on, for memory from the next start of a plugin's process",
    access: 'plugins:manage',
    plan: 'enterprise',
    body: Type.Object({ limits: OrganisationLimits }, closed),
    replies: { 200: OrganisationLimitsReply },
    errors: ['invalid_request'],
  }),
};
