import { Type, type Static } from 'typebox';
import { PluginId } from '../manifest.ts';
import { Country, CurrencyCode, Price } from '../money/prices.ts';
import { route } from '../route.ts';
import { PublisherName } from '../trust.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });
export const orderParams = Type.Object({ id: Id });
const named = { publisher: PublisherName, plugin: PluginId };

/** One thing that was bought, once or for one period. All amounts are minor units of its currency. */
export const Order = Type.Object(
  {
    id: Id,
    invoice: Type.String({ description: 'Number of the invoice, without gaps' }),
    ...named,
    kind: Type.Enum(['one-time', 'monthly', 'yearly']),
    currency: CurrencyCode,
    net: Type.Integer(),
    tax: Type.Integer(),
    total: Type.Integer(),
    country: Country,
    method: Type.Enum(['invoice', 'stripe']),
    state: Type.Enum(['open', 'paid', 'disputed', 'refunded', 'cancelled'], {
      description: 'open: not paid; disputed: a bank took the money back and has not decided',
    }),
    returned: Type.Integer({ description: 'What was given back of it' }),
    createdAt: Time,
    paidAt: NullableTime,
    refundUntil: Type.Union([Time, Type.Null()], {
      description: 'Until then a refund can be asked for; null where it cannot, or was',
    }),
    refundAskedAt: NullableTime,
  },
  { title: 'Order' },
);
export type Order = Static<typeof Order>;

/** Whether a plugin of the marketplace answers for an organisation, and until when. */
export const Licence = Type.Object(
  {
    ...named,
    source: Type.String(),
    kind: Type.Enum(['trial', 'paid']),
    state: Type.Enum(['valid', 'ended', 'withdrawn', 'invalid'], {
      description: 'withdrawn: it was refunded; invalid: its signature does not fit, so it was altered or forged',
    }),
    endsAt: Type.Union([Time, Type.Null()], { description: 'Null: it is for good' }),
    statement: Type.Union([Type.String(), Type.Null()], {
      description: 'As the marketplace signed it (DSSE), for hosts that cannot ask',
    }),
  },
  { title: 'Licence' },
);
export type Licence = Static<typeof Licence>;

/** What a plugin costs an organisation. */
export const Offer = Type.Object(
  {
    price: Type.Union([Price, Type.Null()], { description: 'In force now; null: nobody set one, it is free' }),
    agreed: Type.Union([Price, Type.Null()], {
      description: 'What your organisation pays for the next period, whatever the price is now',
    }),
    trial: Type.Enum(['none', 'open', 'used'], { description: 'Whether your organisation can still try it' }),
    licence: Type.Union([Licence, Type.Null()]),
    countries: Type.Array(Country, { description: 'Where the operator of the marketplace sells to' }),
    byStripe: Type.Boolean({ description: 'Whether it can be paid at once; by invoice always' }),
  },
  { title: 'Offer' },
);
export type Offer = Static<typeof Offer>;

const buys = { access: 'purchases:manage', plan: 'free' } as const;
const Bought = Type.Object({
  order: Order,
  url: Type.Union([Type.String(), Type.Null()], { description: 'Where to pay, at Stripe; null: by invoice' }),
});

export const purchaseRoutes = {
  offer: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/price',
    summary: 'Get what a plugin of the marketplace costs your organisation, and its licence',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params: Type.Object(named),
    replies: { 200: Offer },
    errors: ['release_not_found'],
  }),
  list: route({
    method: 'GET',
    path: '/api/purchases',
    summary: 'List what your organisation ordered (the newest 500), and its licences',
    ...buys,
    replies: { 200: Type.Object({ orders: Type.Array(Order), licences: Type.Array(Licence) }) },
    errors: [],
  }),
  order: route({
    method: 'POST',
    path: '/api/purchases',
    summary:
      'Order a plugin at its price, or the next period at the price that was agreed. The licence comes with the payment',
    ...buys,
    body: Type.Object(
      {
        ...named,
        country: Country,
        method: Type.Enum(['invoice', 'stripe']),
        expected: Type.Object(
          { amount: Type.Integer({ minimum: 1 }), currency: CurrencyCode },
          { ...closed, description: 'The price without tax that you saw: another one is not ordered by mistake' },
        ),
      },
      closed,
    ),
    replies: { 201: Bought },
    errors: [
      'release_not_found',
      'plugin_not_sold',
      'price_changed',
      'order_exists',
      'country_not_served',
      'payment_failed',
      'invalid_request',
    ],
  }),
  trial: route({
    method: 'POST',
    path: '/api/purchases/trial',
    summary: 'Begin the trial of a plugin. There is one for each organisation',
    ...buys,
    body: Type.Object(named, closed),
    replies: { 201: Licence },
    errors: ['release_not_found', 'plugin_not_sold', 'trial_used', 'invalid_request'],
  }),
  cancel: route({
    method: 'POST',
    path: '/api/purchases/:id/cancel',
    summary: 'Cancel an order that is not paid',
    ...buys,
    params: orderParams,
    replies: { 200: Order },
    errors: ['order_not_found', 'order_state'],
  }),
  askRefund: route({
    method: 'POST',
    path: '/api/purchases/:id/refund',
    summary: 'Ask for the money back, as long as that can be asked for',
    ...buys,
    params: orderParams,
    body: Type.Object({ reason: Reason }, closed),
    replies: { 200: Order },
    errors: ['order_not_found', 'order_state', 'refund_window_over', 'invalid_request'],
  }),
};
