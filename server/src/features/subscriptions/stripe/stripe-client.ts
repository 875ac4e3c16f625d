import type { Config } from '../../../config.ts';
import type { PaidPlan, Payments } from '../payments.ts';
import { addressIn, callStripe } from './call-stripe.ts';

/** Checkout and portal of plans. */
export function createStripeClient(stripe: NonNullable<Config['stripe']>): Payments {
  const { prices } = stripe;
  const post = async (path: string, fields: Record<string, string>, key: string) =>
    addressIn(await callStripe(stripe, { path, fields, key }));

  return {
    sold: (['professional', 'enterprise'] as const).filter((plan) => prices[plan] !== undefined),
    planOf: (price) => (Object.keys(prices) as PaidPlan[]).find((plan) => prices[plan] === price), // its keys
    checkout({ organisationId, plan, price, customer, email, returnUrl, key }) {
      const whose: Record<string, string> = customer === null ? { customer_email: email } : { customer };
      const fields = {
        mode: 'subscription',
        'line_items[0][price]': price,
        'line_items[0][quantity]': '1',
        client_reference_id: organisationId,
        // What Stripe says later of the subscription names whose it is.
        'subscription_data[metadata][organisation_id]': organisationId,
        'subscription_data[metadata][plan]': plan,
        success_url: `${returnUrl}?paid=1`,
        cancel_url: returnUrl,
        ...whose,
      };
      return post('/v1/checkout/sessions', fields, key);
    },
    portal: ({ customer, returnUrl, key }) =>
      post('/v1/billing_portal/sessions', { customer, return_url: returnUrl }, key),
    priceOf: (plan) => prices[plan],
  };
}
