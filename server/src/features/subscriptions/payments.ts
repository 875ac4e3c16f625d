import type { Plan } from '@proofpix/contract/access';

export type PaidPlan = Exclude<Plan, 'free'>;

/** Who takes the money. */
export type Payments = {
  sold: readonly PaidPlan[];
  priceOf(plan: PaidPlan): string | undefined;
  planOf(price: string): PaidPlan | undefined;
  /** Gives the address where somebody pays. `key`: the same for the same wish. @throws Problem payment_failed */
  checkout(order: {
    organisationId: string;
    plan: PaidPlan;
    price: string;
    /** Whoever paid for this organisation before. */
    customer: string | null;
    email: string;
    returnUrl: string;
    key: string;
  }): Promise<string>;
  /** Gives the address where a customer manages what they pay. @throws Problem payment_failed */
  portal(customer: { customer: string; returnUrl: string; key: string }): Promise<string>;
};
