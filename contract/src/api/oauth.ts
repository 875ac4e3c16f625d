import { Type, type Static } from 'typebox';
import { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { oauthParameters, oauthPresetNames } from '../oauth-presets.ts';
import { Binary, Cursor, NoContent, page, route } from '../route.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const Nullable = Type.Union([Type.String(), Type.Null()]);
const ProviderName = Type.String({
  pattern: '^[a-z0-9-]{1,50}$',
  description: 'What plugins ask for, such as `slack`',
});
const params = Type.Object({ provider: ProviderName });
const Endpoint = Type.String({ minLength: 1, maxLength: 2_000 });
/** RFC 6749, 3.3 */
const Scopes = Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}$' }), { maxItems: 50 });
const parameter = Type.Optional(Type.String({ pattern: '^[\\x20-\\x7E]{1,200}$' }));
const Parameters = Type.Object(Object.fromEntries(oauthParameters.map((name) => [name, parameter])), {
  ...closed,
  description: 'Sent along to the authorization endpoint',
});
const Plugins = Type.Union([Type.Array(PluginId, { maxItems: 100 }), Type.Null()], {
  description: 'The plugins that may use the account; null for all that hold the permission `oauth`',
});
const ClientAuthentication = Type.Enum(['basic', 'body'], {
  description: 'How the client proves itself at the token endpoint: by a header or in the body',
});

export const OauthProvider = Type.Object(
  {
    name: ProviderName,
    authorizationEndpoint: Type.String(),
    tokenEndpoint: Type.String(),
    revocationEndpoint: Nullable,
    clientId: Type.String(),
    hasClientSecret: Type.Boolean(),
    clientAuthentication: ClientAuthentication,
    scopes: Type.Array(Type.String()),
    parameters: Type.Record(Type.String(), Type.String()),
    redirectUri: Type.String({ description: 'To be registered at the provider, exactly so' }),
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'OauthProvider' },
);
export type OauthProvider = Static<typeof OauthProvider>;

export const OauthConnection = Type.Object(
  {
    provider: ProviderName,
    state: Type.Enum(['connected', 'lost'], { description: 'lost: the provider took it back; connect it again' }),
    lostReason: Nullable,
    account: Type.Union([Type.String(), Type.Null()], { description: 'As the provider names it' }),
    scopes: Type.Array(Type.String()),
    plugins: Plugins,
    accessTokenExpiresAt: NullableTime,
    renewable: Type.Boolean({ description: 'Whether the provider gives a next access token when this one is over' }),
    connectedBy: Nullable,
    connectedAt: Time,
  },
  { title: 'OauthConnection' },
);
export type OauthConnection = Static<typeof OauthConnection>;

export const OauthEvent = Type.Object(
  { id: Type.String(), type: Type.String(), provider: Type.String(), detail: JsonObject, actor: Nullable, at: Time },
  { title: 'OauthEvent' },
);

const ClientId = Type.String({ pattern: '^[\\x21-\\x7E]{1,500}$' });
const settings = {
  clientSecret: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7E]{1,2000}$' })),
  authorizationEndpoint: Type.Optional(Endpoint),
  tokenEndpoint: Type.Optional(Endpoint),
  revocationEndpoint: Type.Optional(Type.Union([Endpoint, Type.Null()])),
  clientAuthentication: Type.Optional(ClientAuthentication),
  scopes: Type.Optional(Scopes),
  parameters: Type.Optional(Parameters),
};

/** What is left out comes from the preset. */
const NewOauthProvider = Type.Object(
  { name: ProviderName, preset: Type.Optional(Type.Enum([...oauthPresetNames])), clientId: ClientId, ...settings },
  closed,
);
export type NewOauthProvider = Static<typeof NewOauthProvider>;

/** What is left out stays. */
const OauthProviderChange = Type.Object({ clientId: Type.Optional(ClientId), ...settings }, closed);
export type OauthProviderChange = Static<typeof OauthProviderChange>;

export const oauthRoutes = {
  listProviders: route({
    method: 'GET',
    path: '/api/oauth/providers',
    summary: 'List the providers that accounts can be connected at',
    access: 'oauth:read',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(OauthProvider) }) },
    errors: [],
  }),
  createProvider: route({
    method: 'POST',
    path: '/api/oauth/providers',
    summary: 'Register a provider, by a preset or by its addresses',
    access: 'oauth:manage',
    plan: 'enterprise',
    body: NewOauthProvider,
    replies: { 201: OauthProvider },
    errors: ['invalid_request', 'oauth_provider_exists', 'oauth_provider_refused'],
  }),
  updateProvider: route({
    method: 'PUT',
    path: '/api/oauth/providers/:provider',
    summary:
      'Change a provider. Other addresses or another client end its connection: what was connected belongs to the old ones',
    access: 'oauth:manage',
    plan: 'enterprise',
    params,
    body: OauthProviderChange,
    replies: { 200: OauthProvider },
    errors: ['oauth_provider_not_found', 'oauth_provider_refused'],
  }),
  removeProvider: route({
    method: 'DELETE',
    path: '/api/oauth/providers/:provider',
    summary: 'Delete a provider with its connection',
    access: 'oauth:manage',
    // Who may end a connection must not be kept from it by a subscription that ended.
    plan: 'free',
    params,
    replies: { 204: NoContent },
    errors: ['oauth_provider_not_found'],
  }),
  connect: route({
    method: 'POST',
    path: '/api/oauth/:provider/connect',
    summary: 'Begin to connect an account: open the address in the browser that asked, within ten minutes',
    access: 'oauth:manage',
    plan: 'enterprise',
    params,
    body: Type.Object({ plugins: Type.Optional(Plugins) }, closed),
    replies: { 200: Type.Object({ url: Type.String(), expiresAt: Time }) },
    errors: ['oauth_provider_not_found'],
  }),
  // Takes any query: providers add parameters of their own. Its answers are pages, for whoever stands before the browser.
  callback: route({
    method: 'GET',
    path: '/api/oauth/callback/:id',
    summary: 'Where a provider sends the browser back to, with `state` and `code` or `error`; answers with a page',
    access: 'public',
    plan: 'free',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    replies: { 200: Binary, 400: Binary, 502: Binary },
    errors: ['oauth_state_invalid', 'oauth_failed'],
  }),
  listConnections: route({
    method: 'GET',
    path: '/api/oauth/connections',
    summary: 'List the connected accounts',
    access: 'oauth:read',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(OauthConnection) }) },
    errors: [],
  }),
  updateConnection: route({
    method: 'PUT',
    path: '/api/oauth/connections/:provider',
    summary: 'Choose the plugins that may use an account. Works from the next host call on',
    access: 'oauth:manage',
    plan: 'enterprise',
    params,
    body: Type.Object({ plugins: Plugins }, closed),
    replies: { 200: OauthConnection },
    errors: ['oauth_not_connected'],
  }),
  disconnect: route({
    method: 'DELETE',
    path: '/api/oauth/connections/:provider',
    summary: 'End a connection: its tokens are deleted here, and revoked at the provider where it can do that',
    access: 'oauth:manage',
    // Who may end a connection must not be kept from it by a subscription that ended.
    plan: 'free',
    params,
    replies: {
      200: Type.Object({
        revoked: Type.Boolean({ description: 'Whether the provider confirmed that it forgot them' }),
      }),
    },
    errors: ['oauth_not_connected'],
  }),
  events: route({
    method: 'GET',
    path: '/api/oauth/events',
    summary: 'List what happened to providers and connected accounts, newest first',
    access: 'oauth:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
    }),
    replies: { 200: page(OauthEvent) },
    errors: ['invalid_request'],
  }),
};
