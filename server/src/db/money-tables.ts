import type { Json } from '@proofpix/contract/json';
import type { LedgerAccount, LedgerKind } from '@proofpix/contract/money/ledger';
import type { Currency, PriceKind } from '@proofpix/contract/money/prices';
import type {
  Created,
  Id,
  JsonText,
  Nullable,
  NullableJsonText,
  RequiredTime,
  Time,
  Updated,
  WithDefault,
} from './columns.ts';

/** What plugins cost, who bought them, and where the money is: see tables.ts. Only `orders` and `licences` belong to an organisation. */
export type MoneyTables = {
  plugin_prices: {
    id: Id;
    publisher: string;
    plugin_id: string;
    kind: PriceKind;
    amount: number;
    currency: Currency;
    trial_days: WithDefault<number>;
    created_at: Created;
  };
  money_settings: {
    id: WithDefault<boolean>;
    fee_basis_points: WithDefault<number>;
    refund_days: WithDefault<number>;
    licence_grace_days: WithDefault<number>;
    last_invoice: WithDefault<number>;
    clock_seen: RequiredTime;
  };
  tax_rates: { country: string; basis_points: number };
  orders: {
    id: Id;
    /** Null when its customer is gone. */
    organisation_id: Nullable<string>;
    publisher: string;
    plugin_id: string;
    price_id: string;
    kind: Exclude<PriceKind, 'free'>;
    currency: Currency;
    net: number;
    tax: number;
    fee: number;
    country: string;
    method: 'invoice' | 'stripe';
    invoice_number: number;
    state: WithDefault<'open' | 'paid' | 'disputed' | 'refunded' | 'cancelled'>;
    /** What was given back of it in all. */
    returned: WithDefault<number>;
    stripe_session: Nullable<string>;
    stripe_payment: Nullable<string>;
    paid_at: Time;
    held_until: Time;
    /** Until when the licence that it paid for goes; null once it is paid: for good. */
    licensed_until: Time;
    refund_asked_at: Time;
    refund_reason: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  licences: {
    organisation_id: string;
    source: string;
    publisher: string;
    plugin_id: string;
    kind: 'trial' | 'paid';
    /** The signed statement, which alone is believed; null: it was withdrawn. */
    statement: NullableJsonText<Json>;
    ends_at: Time;
    order_id: Nullable<string>;
    trial_began_at: Time;
    created_at: Created;
    updated_at: Updated;
  };
  payout_accounts: { publisher: string; method: 'manual' | 'stripe'; account: string; changed_at: RequiredTime };
  payouts: {
    id: Id;
    publisher: string;
    currency: Currency;
    amount: number;
    method: 'manual' | 'stripe';
    account: string;
    state: WithDefault<'pending' | 'paid' | 'failed'>;
    stripe_transfer: Nullable<string>;
    created_at: Created;
    settled_at: Time;
  };
  /** Triggers refuse every change, and at the commit what does not sum to zero. */
  ledger_transactions: {
    id: Id;
    kind: LedgerKind;
    order_id: Nullable<string>;
    payout_id: Nullable<string>;
    turns: Nullable<string>;
    stripe_id: Nullable<string>;
    currency: Currency;
    line_count: number;
    created_at: Created;
  };
  ledger_lines: {
    transaction_id: string;
    position: number;
    account: LedgerAccount;
    publisher: Nullable<string>;
    currency: Currency;
    amount: number;
    created_at: Created;
  };
  payment_disputes: {
    id: string;
    order_id: string;
    state: 'open' | 'won' | 'lost';
    transaction_id: Nullable<string>;
    created_at: Created;
  };
  early_payment_messages: { id: string; payment: string; said: JsonText<Json>; received_at: Created };
};
