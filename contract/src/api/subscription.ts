import { Type, type Static } from 'typebox';
import { plans } from '../access.ts';
import { limits } from '../limits.ts';
import { route } from '../route.ts';

const closed = { additionalProperties: false };
const NullableTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
const PaidPlan = Type.Enum(['professional', 'enterprise']);

/** What an organisation has, and until when. */
export const Subscription = Type.Object(
  {
    plan: Type.Enum([...plans]),
    state: Type.Enum(['granted', 'active', 'past-due', 'lapsed'], {
      description:
        'granted: by whoever runs the server; past-due: a payment failed and is tried again; lapsed: it ended, everything is kept',
    }),
    renewsAt: NullableTime,
    endsAt: NullableTime,
    graceEndsAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: `Loaded plugins go on until then, ${limits.subscriptionGraceDays} days after the plan that manages them ended`,
    }),
    pluginsStoppedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Since when they are unloaded; they are loaded again with the plan',
    }),
    sold: Type.Array(PaidPlan, {
      description: 'What can be bought on this server; nothing where its operator set no Stripe',
    }),
    hasPortal: Type.Boolean({ description: 'Whether invoices and cards can be managed at Stripe' }),
  },
  { title: 'Subscription' },
);
export type Subscription = Static<typeof Subscription>;
const Link = Type.Object({ url: Type.String({ description: 'Where to go on, at Stripe' }) });

export const subscriptionRoutes = {
  read: route({
    method: 'GET',
    path: '/api/subscription',
    summary: 'Get the plan of your organisation, and until when it has it',
    access: 'signed-in',
    plan: 'free',
    uncounted: true,
    replies: { 200: Subscription },
    errors: [],
  }),
  checkout: route({
    method: 'POST',
    path: '/api/subscription/checkout',
    summary: 'Begin to buy a plan: gives the address of a checkout at Stripe',
    access: 'subscription:manage',
    plan: 'free',
    uncounted: true,
    body: Type.Object({ plan: PaidPlan }, closed),
    replies: { 200: Link },
    errors: ['subscription_not_sold', 'subscription_exists', 'payment_failed'],
  }),
  portal: route({
    method: 'POST',
    path: '/api/subscription/portal',
    summary: 'Manage invoices, cards and the end of the subscription: gives the address of a portal at Stripe',
    access: 'subscription:manage',
    plan: 'free',
    uncounted: true,
    replies: { 200: Link },
    errors: ['subscription_not_sold', 'subscription_missing', 'payment_failed'],
  }),
  receive: route({
    method: 'POST',
    path: '/api/subscription/stripe',
    summary: 'Where Stripe says what became of subscriptions; each message is signed',
    access: 'public',
    plan: 'free',
    replies: { 200: Type.Object({ received: Type.Boolean() }) },
    errors: [
      'subscription_not_sold',
      'webhook_signature_invalid',
      'webhook_replayed',
      'body_too_large',
      'request_timeout',
    ],
  }),
};
