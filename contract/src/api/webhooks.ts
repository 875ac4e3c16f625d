import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { Cursor, NoContent, page, route } from '../route.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Nullable = Type.Union([Type.String(), Type.Null()]);
const params = Type.Object({ id: Id });
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));

/** What a message is about, as in `ctx.webhooks.send`. */
const MessageType = Type.String({ pattern: '^[a-zA-Z0-9_.:-]{1,100}$', description: 'Such as `photo.processed`' });
const Types = Type.Union([Type.Array(MessageType, { minItems: 1, maxItems: 50 }), Type.Null()], {
  description: 'The types of messages it takes; null for all',
});
/** Standard Webhooks: base64 of 24 to 64 random bytes. */
const secretPattern = '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$';
const Secret = Type.String({ description: '`whsec_` and base64. Shown this once.' });
const Rotated = Type.Object({ secret: Secret, previousUntil: Time });

/** An address that messages are sent to. Its secret is shown once and never again. */
export const WebhookEndpoint = Type.Object(
  {
    id: Id,
    name: Name,
    url: Type.String(),
    types: Types,
    enabled: Type.Boolean(),
    disabledReason: Nullable,
    failingSince: NullableTime,
    previousSecretUntil: NullableTime,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'WebhookEndpoint' },
);
export type WebhookEndpoint = Static<typeof WebhookEndpoint>;

export const WebhookDelivery = Type.Object(
  {
    id: Id,
    endpointId: Id,
    messageId: Type.String({ description: 'The `webhook-id` of every attempt' }),
    type: Type.String(),
    plugin: Type.Union([PluginId, Type.Null()], { description: 'Who sent it; null for a test message' }),
    state: Type.Enum(['waiting', 'delivered', 'failed']),
    attempts: Type.Integer(),
    responseStatus: Type.Union([Type.Integer(), Type.Null()]),
    responseExcerpt: Type.Union([Type.String(), Type.Null()], {
      description: 'The beginning of what the other side said to a refused message',
    }),
    lastError: Nullable,
    nextAttemptAt: NullableTime,
    lastAttemptAt: NullableTime,
    createdAt: Time,
  },
  { title: 'WebhookDelivery' },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

/** An address at which messages come in. */
export const WebhookReceiver = Type.Object(
  {
    id: Id,
    name: Name,
    path: Type.String({ description: 'Where messages are sent to: names the receiver, proves nothing' }),
    plugin: Type.Union([PluginId, Type.Null()], {
      description: 'Who gets the messages; null for every loaded plugin with the hook and the grant',
    }),
    enabled: Type.Boolean(),
    previousSecretUntil: NullableTime,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'WebhookReceiver' },
);
export type WebhookReceiver = Static<typeof WebhookReceiver>;

/** What became of a received message in one plugin. */
export const WebhookHandling = Type.Object({
  plugin: Type.String(),
  version: Type.String(),
  ok: Type.Boolean(),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  milliseconds: Type.Number(),
});
export type WebhookHandling = Static<typeof WebhookHandling>;

export const ReceivedWebhook = Type.Object(
  {
    id: Id,
    receiverId: Id,
    messageId: Type.String({ description: 'Its `webhook-id`' }),
    type: Nullable,
    contentType: Type.String(),
    size: Type.Integer(),
    state: Type.Enum(['waiting', 'done', 'failed']),
    attempts: Type.Integer(),
    results: Type.Array(WebhookHandling),
    sentAt: Time,
    receivedAt: Time,
    finishedAt: NullableTime,
  },
  { title: 'ReceivedWebhook' },
);
export type ReceivedWebhook = Static<typeof ReceivedWebhook>;

export const WebhookEvent = Type.Object(
  {
    id: Id,
    type: Type.String({ description: 'Such as `endpoint:disabled`' }),
    subject: Id,
    name: Type.String(),
    detail: Nullable,
    actor: Type.Union([Id, Type.Null()], { description: 'A member; null for the server itself' }),
    at: Time,
  },
  { title: 'WebhookEvent' },
);
export type WebhookEvent = Static<typeof WebhookEvent>;

const endpointBody = Type.Object(
  {
    name: Name,
    url: Type.String({ minLength: 1, maxLength: 2_048, description: 'https, a public host name, port 443' }),
    types: Type.Optional(Types),
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  closed,
);
const receiverBody = Type.Object(
  {
    name: Name,
    plugin: Type.Optional(Type.Union([PluginId, Type.Null()])),
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  closed,
);
const NewSecret = Type.Optional(
  Type.String({ pattern: secretPattern, description: "The sender's own secret; one is made when left out" }),
);

const reading = { access: 'webhooks:read', plan: 'free' } as const;
const managing = { access: 'webhooks:manage', plan: 'enterprise' } as const;
/** What only ends something, or mends a leaked secret, needs no plan: nobody is held in by a subscription that ended. */
const ending = { ...managing, plan: 'free' } as const;

export const webhookRoutes = {
  listEndpoints: route({
    method: 'GET',
    path: '/api/webhooks/endpoints',
    summary: 'List the addresses that messages are sent to',
    ...reading,
    replies: { 200: Type.Object({ items: Type.Array(WebhookEndpoint) }) },
    errors: [],
  }),
  createEndpoint: route({
    method: 'POST',
    path: '/api/webhooks/endpoints',
    summary: `Register an address that messages are sent to (at most ${limits.webhooksPerOrganisation}); its secret is shown once`,
    ...managing,
    body: endpointBody,
    replies: { 201: Type.Object({ ...WebhookEndpoint.properties, secret: Secret }) },
    errors: ['invalid_request', 'webhook_address_refused'],
  }),
  updateEndpoint: route({
    method: 'PUT',
    path: '/api/webhooks/endpoints/:id',
    summary: 'Change an address; what is left out becomes the default. Enabling it forgets its failures',
    ...managing,
    params,
    body: endpointBody,
    replies: { 200: WebhookEndpoint },
    errors: ['webhook_not_found', 'invalid_request', 'webhook_address_refused'],
  }),
  deleteEndpoint: route({
    method: 'DELETE',
    path: '/api/webhooks/endpoints/:id',
    summary: 'Delete an address and its deliveries; what waits for it is not sent',
    ...ending,
    params,
    replies: { 204: NoContent },
    errors: ['webhook_not_found'],
  }),
  rotateEndpoint: route({
    method: 'POST',
    path: '/api/webhooks/endpoints/:id/rotate',
    summary: 'Make a new secret; for 24 hours messages carry a signature of each',
    ...ending,
    params,
    replies: { 200: Rotated },
    errors: ['webhook_not_found'],
  }),
  testEndpoint: route({
    method: 'POST',
    path: '/api/webhooks/endpoints/:id/test',
    summary: 'Send a message of the type `webhook.test`, whatever types the address takes',
    ...managing,
    params,
    replies: { 202: WebhookDelivery },
    errors: ['webhook_not_found', 'webhook_not_sent', 'rate_limited'],
  }),
  listDeliveries: route({
    method: 'GET',
    path: '/api/webhooks/endpoints/:id/deliveries',
    summary: 'List what was sent to an address, newest first; kept for 30 days',
    ...reading,
    params,
    query: Type.Object({
      cursor: Cursor,
      limit,
      state: Type.Optional(Type.Enum(['waiting', 'delivered', 'failed'])),
    }),
    replies: { 200: page(WebhookDelivery) },
    errors: ['webhook_not_found', 'invalid_request'],
  }),
  redeliver: route({
    method: 'POST',
    path: '/api/webhooks/deliveries/:id/redeliver',
    summary: 'Send a message again, now, with the same webhook-id',
    ...managing,
    params,
    replies: { 202: WebhookDelivery },
    errors: ['webhook_not_found', 'webhook_not_sent', 'rate_limited'],
  }),
  listReceivers: route({
    method: 'GET',
    path: '/api/webhooks/receivers',
    summary: 'List the addresses at which messages come in',
    ...reading,
    replies: { 200: Type.Object({ items: Type.Array(WebhookReceiver) }) },
    errors: [],
  }),
  createReceiver: route({
    method: 'POST',
    path: '/api/webhooks/receivers',
    summary: `Make an address at which messages come in (at most ${limits.webhooksPerOrganisation}); its secret is shown once`,
    ...managing,
    body: Type.Object({ ...receiverBody.properties, secret: NewSecret }, closed),
    replies: { 201: Type.Object({ ...WebhookReceiver.properties, secret: Secret }) },
    errors: ['invalid_request', 'plugin_not_found'],
  }),
  updateReceiver: route({
    method: 'PUT',
    path: '/api/webhooks/receivers/:id',
    summary: 'Change a receiver; what is left out becomes the default',
    ...managing,
    params,
    body: receiverBody,
    replies: { 200: WebhookReceiver },
    errors: ['webhook_not_found', 'invalid_request', 'plugin_not_found'],
  }),
  deleteReceiver: route({
    method: 'DELETE',
    path: '/api/webhooks/receivers/:id',
    summary: 'Delete a receiver and what it received; its address answers 404 from then on',
    ...ending,
    params,
    replies: { 204: NoContent },
    errors: ['webhook_not_found'],
  }),
  rotateReceiver: route({
    method: 'POST',
    path: '/api/webhooks/receivers/:id/rotate',
    summary: 'Give it a new secret; for 24 hours signatures of either are taken',
    ...ending,
    params,
    body: Type.Object({ secret: NewSecret }, closed),
    replies: { 200: Rotated },
    errors: ['webhook_not_found', 'invalid_request'],
  }),
  listReceived: route({
    method: 'GET',
    path: '/api/webhooks/receivers/:id/deliveries',
    summary: 'List what a receiver took, and what became of it in each plugin, newest first; kept for 30 days',
    ...reading,
    params,
    query: Type.Object({ cursor: Cursor, limit }),
    replies: { 200: page(ReceivedWebhook) },
    errors: ['webhook_not_found', 'invalid_request'],
  }),
  receive: route({
    method: 'POST',
    path: '/api/webhooks/in/:token',
    summary: [
      'Take a message in, signed by the rules of Standard Webhooks, and raise `webhook:received`.',
      'Checked in this order: size (at most 1 MB), address, headers (webhook-id, webhook-timestamp, webhook-signature and',
      'a Content-Type of JSON, text or a form), time (5 minutes either way), signature over the bytes as they came,',
      'content, whether the webhook-id was received before. 202 means that it is on disk; a 409 to a message that was',
      'sent twice means that it is there already.',
    ].join(' '),
    access: 'public',
    plan: 'free',
    limit: 'none', // its own, for each receiver
    params: Type.Object({ token: Type.String({ maxLength: 200 }) }),
    replies: { 202: Type.Object({ id: Id }) },
    errors: [
      'body_too_large',
      'webhook_not_found',
      'webhook_signature_invalid',
      'webhook_replayed',
      'invalid_request',
      'media_type_not_supported',
      'request_timeout',
      'rate_limited',
    ],
  }),
  events: route({
    method: 'GET',
    path: '/api/webhooks/events',
    summary: 'List what happened to the registered addresses, newest first',
    ...reading,
    query: Type.Object({ cursor: Cursor, limit }),
    replies: { 200: page(WebhookEvent) },
    errors: ['invalid_request'],
  }),
};
