import { Problem } from '@proofpix/contract/errors';
import type { Currency } from '@proofpix/contract/money/prices';
import { addressIn, callStripe, type StripeAccess, type StripeAnswer } from '../../subscriptions/stripe/call-stripe.ts';

/** Who takes the money of orders, and sends that of publishers. */
export type SalePayments = {
  /** Gives the address where somebody pays. @throws Problem payment_failed */
  checkout(order: {
    orderId: string;
    name: string;
    total: number;
    currency: Currency;
    returnUrl: string;
  }): Promise<{ url: string; session: string }>;
  /** Gives the id of the refund; the same for the same key. @throws Problem payment_failed */
  refund(refund: { payment: string; amount: number; key: string }): Promise<string>;
  /** Gives the id of the transfer. @throws StripeRefusal where nothing was sent; Problem payment_failed where that is not known */
  transfer(payout: { account: string; amount: number; currency: Currency; payout: string }): Promise<string>;
};

/**
 * Amounts are those of the order, tax included: Stripe adds nothing. Each period is an order of its own, so that price and
 * books are ours alone.
 */
export function payByStripe(access: StripeAccess): SalePayments {
  return {
    async checkout({ orderId, name, total, currency, returnUrl }) {
      const fields = {
        mode: 'payment',
        'line_items[0][quantity]': '1',
        'line_items[0][price_data][currency]': currency.toLowerCase(),
        'line_items[0][price_data][unit_amount]': String(total),
        'line_items[0][price_data][product_data][name]': name,
        client_reference_id: orderId,
        'metadata[order_id]': orderId,
        'payment_intent_data[metadata][order_id]': orderId,
        success_url: `${returnUrl}?ordered=1`,
        cancel_url: returnUrl,
      };
      const answer = await callStripe(access, { path: '/v1/checkout/sessions', fields, key: `order-${orderId}` });
      return { url: addressIn(answer), session: idIn(answer) };
    },
    async refund({ payment, amount, key }) {
      const fields = { payment_intent: payment, amount: String(amount) };
      return idIn(await callStripe(access, { path: '/v1/refunds', fields, key }));
    },
    async transfer({ account, amount, currency, payout }) {
      const fields = {
        amount: String(amount),
        currency: currency.toLowerCase(),
        destination: account,
        transfer_group: payout,
      };
      return idIn(await callStripe(access, { path: '/v1/transfers', fields, key: `payout-${payout}` }));
    },
  };
}

function idIn({ id }: StripeAnswer): string {
  if (typeof id === 'string' && id.length > 0 && id.length <= 255) return id;
  throw new Problem('payment_failed', 'Stripe gave no id.');
}
