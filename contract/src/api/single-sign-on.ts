import { Type, type Static } from 'typebox';
import { roleNames } from '../access.ts';
import { NoContent, route } from '../route.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
/** Of people who come by themselves. An owner is made by an owner. */
const newcomerRoles = roleNames.filter((role) => role !== 'owner');

const Issuer = Type.String({ minLength: 1, maxLength: 1_000, description: 'Begins with https://' });
const ClientId = Type.String({ pattern: '^[\\x21-\\x7E]{1,500}$' });
const ClientSecret = Type.String({ pattern: '^[\\x20-\\x7E]{1,2000}$' });
const Domains = Type.Array(
  Type.String({
    pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$',
    maxLength: 253,
  }),
  { minItems: 1, maxItems: 20, description: 'Whole domains behind the @, in lower case; subdomains are others' },
);

export const SingleSignOn = Type.Object(
  {
    issuer: Type.String(),
    clientId: Type.String(),
    domains: Type.Array(Type.String()),
    defaultRole: Type.Enum(newcomerRoles, { description: 'Of a member who comes for the first time' }),
    required: Type.Boolean({ description: 'Nobody but owners signs in with a password' }),
    redirectUri: Type.String({ description: 'To be registered at the provider, exactly so' }),
    connectedMembers: Type.Integer({ description: 'Members who sign in by it' }),
    updatedAt: Time,
  },
  { title: 'SingleSignOn' },
);
export type SingleSignOn = Static<typeof SingleSignOn>;

export const NewSingleSignOn = Type.Object(
  {
    issuer: Issuer,
    clientId: ClientId,
    clientSecret: Type.Optional(ClientSecret),
    domains: Domains,
    defaultRole: Type.Enum(newcomerRoles),
    required: Type.Boolean(),
  },
  { ...closed, title: 'NewSingleSignOn' },
);
export type NewSingleSignOn = Static<typeof NewSingleSignOn>;

export const BlockedPerson = Type.Object(
  {
    id: Id,
    name: Type.String(),
    email: Type.String(),
    removedAt: Time,
  },
  { title: 'BlockedPerson' },
);
export type BlockedPerson = Static<typeof BlockedPerson>;

const Begun = Type.Object({ url: Type.String({ description: 'Where the browser goes' }), expiresAt: Time });

export const singleSignOnRoutes = {
  get: route({
    method: 'GET',
    path: '/api/single-sign-on',
    summary: "Get how your organisation's members sign in at its own provider; null where they do not",
    access: 'members:manage',
    plan: 'free',
    replies: {
      200: Type.Object({
        settings: Type.Union([SingleSignOn, Type.Null()]),
        redirectUri: Type.String({ description: 'What the provider is to be told, before and after' }),
        blocked: Type.Array(BlockedPerson, {
          description: 'Removed members who are still at the provider, the newest first: it lets none of them in',
        }),
      }),
    },
    errors: [],
  }),
  put: route({
    method: 'PUT',
    path: '/api/single-sign-on',
    summary:
      'Set the provider that members sign in at. The client secret stays when it is left out, unless issuer or client are others',
    access: 'members:manage',
    plan: 'free',
    body: NewSingleSignOn,
    replies: { 200: SingleSignOn },
    errors: ['invalid_request', 'single_sign_on_refused'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/single-sign-on',
    summary: 'Remove the provider. Members who came from it cannot sign in any more; what they did stays',
    access: 'members:manage',
    plan: 'free',
    replies: { 204: NoContent },
    errors: ['single_sign_on_not_found'],
  }),
  unblock: route({
    method: 'DELETE',
    path: '/api/single-sign-on/blocks/:id',
    summary: 'Let a removed member come back by the provider, as a newcomer. An invitation does so too',
    access: 'members:manage',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['single_sign_on_block_not_found', 'access_denied'],
  }),
  find: route({
    method: 'POST',
    path: '/api/single-sign-on/find',
    summary: 'Find the organisation to sign in to, by its name or by an e-mail address of one of its domains',
    access: 'public',
    plan: 'free',
    body: Type.Object({ organisation: Type.String({ minLength: 1, maxLength: 254 }) }, closed),
    replies: {
      200: Type.Object({
        id: Id,
        organisation: Type.String(),
        provider: Type.String({ description: 'The host of the provider, to be shown before anybody goes there' }),
      }),
    },
    errors: ['single_sign_on_not_found', 'rate_limited'],
  }),
  begin: route({
    method: 'POST',
    path: '/api/single-sign-on/begin',
    summary: 'Begin to sign in: open the address in the browser that asked, within ten minutes',
    access: 'public',
    plan: 'free',
    body: Type.Object({ id: Id, returnTo: Type.Optional(Type.String({ maxLength: 2_000 })) }, closed),
    replies: { 200: Begun },
    errors: ['single_sign_on_not_found', 'single_sign_on_failed', 'rate_limited'],
  }),
  connect: route({
    method: 'POST',
    path: '/api/single-sign-on/connect',
    summary: "Begin to connect your account with your organisation's provider, so that you can sign in there",
    access: 'signed-in',
    plan: 'free',
    replies: { 200: Begun },
    errors: ['single_sign_on_not_found', 'single_sign_on_failed', 'single_sign_on_session', 'session_required'],
  }),
  // Takes any query: providers add parameters of their own.
  callback: route({
    method: 'GET',
    path: '/api/single-sign-on/callback/:id',
    summary:
      'Where a provider sends the browser back to, with `state` and `code` or `error`; sends it on to the web app, signed in or with `problem` in the address',
    access: 'public',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 303: NoContent },
    errors: [],
  }),
};
