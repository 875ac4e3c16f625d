/**
 * What plugins cost, who bought them, and where the money is. Prices, ledger and payouts belong to the marketplace; an
 * order stays when its customer is gone, because the books must still say what it was.
 */
const prices = `
create function keep_written() returns trigger language plpgsql as $$
begin
  raise exception 'what stands in % is never changed', tg_table_name;
end $$;

create table plugin_prices ( -- the newest is in force; an order keeps the one that was agreed
  id uuid primary key default new_id(),
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  kind text not null check (kind in ('free', 'one-time', 'monthly', 'yearly')),
  amount bigint not null check (amount between 0 and 10000000),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  trial_days integer not null default 0 check (trial_days between 0 and 90),
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((kind = 'free') = (amount = 0))
);
create index plugin_prices_newest on plugin_prices (publisher, plugin_id, created_at desc, id desc);
create trigger keep_rows before update or delete on plugin_prices for each row execute function keep_written();
create trigger keep_table before truncate on plugin_prices for each statement execute function keep_written();

create table money_settings (
  id boolean primary key default true check (id), -- one row
  fee_basis_points integer not null default 3000 check (fee_basis_points between 0 and 10000),
  refund_days integer not null default 30 check (refund_days between 0 and 365),
  licence_grace_days integer not null default 14 check (licence_grace_days between 1 and 365),
  last_invoice bigint not null default 0, -- counted here and not by a sequence, which leaves gaps
  clock_seen timestamptz(3) not null default clock_timestamp() -- no licence is older than this, whatever the clock says
);
insert into money_settings default values;

create table tax_rates (
  country text primary key check (country ~ '^[A-Z]{2}$'),
  basis_points integer not null check (basis_points between 0 and 5000)
);
`;

const orders = `
create table orders (
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete set null,
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  price_id uuid not null references plugin_prices,
  kind text not null check (kind in ('one-time', 'monthly', 'yearly')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  net bigint not null check (net > 0),
  tax bigint not null check (tax >= 0),
  fee bigint not null check (fee between 0 and net),
  country text not null check (country ~ '^[A-Z]{2}$'),
  method text not null check (method in ('invoice', 'stripe')),
  invoice_number bigint not null unique,
  state text not null default 'open' check (state in ('open', 'paid', 'disputed', 'refunded', 'cancelled')),
  returned bigint not null default 0,
  stripe_session text unique check (length(stripe_session) <= 255),
  stripe_payment text unique check (length(stripe_payment) <= 255),
  paid_at timestamptz(3),
  held_until timestamptz(3),
  licensed_until timestamptz(3), -- null once it is paid: for good
  refund_asked_at timestamptz(3),
  refund_reason text check (length(refund_reason) between 1 and 1000),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check (returned between 0 and net + tax),
  check (state in ('open', 'cancelled') = (paid_at is null) and (paid_at is null) = (held_until is null)),
  check ((refund_asked_at is null) = (refund_reason is null))
);
create index orders_customer on orders (organisation_id, created_at desc, id desc);
create index orders_price on orders (price_id);
create index orders_publisher on orders (publisher, created_at desc, id desc);
create index orders_newest on orders (created_at desc, id desc);
create index orders_held on orders (held_until) where state = 'paid';

create table licences (
  organisation_id uuid not null references organisations on delete cascade,
  source text not null check (length(source) <= 50),
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  kind text not null check (kind in ('trial', 'paid')),
  statement jsonb check (jsonb_typeof(statement) = 'object'), -- signed: the rest only says what to look for
  ends_at timestamptz(3),
  order_id uuid, -- the newest that was paid
  trial_began_at timestamptz(3), -- it stays, whatever becomes of the plugin: there is one
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, source, publisher, plugin_id)
);
`;

const ledger = `
create table payout_accounts (
  publisher text primary key check (length(publisher) <= 50),
  method text not null check (method in ('manual', 'stripe')),
  account text not null check (length(account) between 1 and 200),
  changed_at timestamptz(3) not null default clock_timestamp()
);

create table payouts (
  id uuid primary key default new_id(),
  publisher text not null check (length(publisher) <= 50),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  method text not null check (method in ('manual', 'stripe')),
  account text not null check (length(account) between 1 and 200),
  state text not null default 'pending' check (state in ('pending', 'paid', 'failed')),
  stripe_transfer text unique check (length(stripe_transfer) <= 255),
  created_at timestamptz(3) not null default clock_timestamp(),
  settled_at timestamptz(3),
  check ((state = 'pending') = (settled_at is null))
);
create index payouts_newest on payouts (created_at desc, id desc);
create index payouts_publisher on payouts (publisher, created_at desc, id desc);

create table ledger_transactions (
  id uuid primary key default new_id(),
  kind text not null check (kind in ('sale', 'release', 'refund', 'dispute', 'dispute-won', 'payout', 'payout-failed')),
  order_id uuid references orders, -- its cause: an order or a payout
  payout_id uuid references payouts,
  turns uuid unique references ledger_transactions, -- what it turns around, once
  stripe_id text unique check (length(stripe_id) between 1 and 255),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  line_count integer not null check (line_count >= 2),
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((kind in ('payout', 'payout-failed')) = (payout_id is not null) and (order_id is null) = (payout_id is not null)),
  check ((kind in ('dispute-won', 'payout-failed')) = (turns is not null))
);
create index ledger_transactions_order on ledger_transactions (order_id, created_at, id);
create index ledger_transactions_payout on ledger_transactions (payout_id);
create unique index ledger_transactions_sale on ledger_transactions (order_id) where kind = 'sale';
create unique index ledger_transactions_paid on ledger_transactions (payout_id) where kind = 'payout';

create table ledger_lines (
  transaction_id uuid not null references ledger_transactions,
  position integer not null check (position > 0),
  account text not null check (account in ('cash', 'tax', 'fee', 'held', 'payable')),
  publisher text check (length(publisher) <= 50),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount <> 0),
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (transaction_id, position),
  check ((account in ('held', 'payable')) = (publisher is not null))
);
create index ledger_lines_publisher on ledger_lines (publisher, currency, account) where publisher is not null;
create index ledger_lines_account on ledger_lines (account, currency);

create trigger keep_rows before update or delete on ledger_transactions for each row execute function keep_written();
create trigger keep_table before truncate on ledger_transactions for each statement execute function keep_written();
create trigger keep_rows before update or delete on ledger_lines for each row execute function keep_written();
create trigger keep_table before truncate on ledger_lines for each statement execute function keep_written();

-- At the commit: whoever adds a line later, also a pair that balances, has more lines than were said.
create function balance_ledger() returns trigger language plpgsql as $$
declare
  named uuid;
begin
  if tg_table_name = 'ledger_lines' then named := new.transaction_id; else named := new.id; end if;
  if not exists (
    select from ledger_transactions t where t.id = named
      and t.line_count = (select count(*) from ledger_lines l where l.transaction_id = named)
      and 0 = (select sum(l.amount) from ledger_lines l where l.transaction_id = named)
      and not exists (select from ledger_lines l where l.transaction_id = named and l.currency <> t.currency)
  ) then raise exception 'the lines of a transaction must sum to zero'; end if;
  return null;
end $$;
create constraint trigger balance after insert on ledger_transactions deferrable initially deferred
  for each row execute function balance_ledger();
create constraint trigger balance after insert on ledger_lines deferrable initially deferred
  for each row execute function balance_ledger();
`;

const said = `
create table payment_disputes (
  id text primary key check (length(id) between 1 and 255), -- Stripe's
  order_id uuid not null references orders,
  state text not null check (state in ('open', 'won', 'lost')),
  transaction_id uuid references ledger_transactions, -- null where nothing was left to take
  created_at timestamptz(3) not null default clock_timestamp()
);
create index payment_disputes_order on payment_disputes (order_id);
create index payment_disputes_transaction on payment_disputes (transaction_id);

create table early_payment_messages ( -- about a payment that is not known yet: messages come in any order
  id text primary key check (length(id) between 1 and 255),
  payment text not null check (length(payment) between 1 and 255),
  said jsonb not null check (jsonb_typeof(said) = 'object'),
  received_at timestamptz(3) not null default clock_timestamp()
);
create index early_payment_messages_payment on early_payment_messages (payment);
`;

const protection = `
select protect_table('orders');
select protect_table('licences');
-- Money is written by the use cases that look at both sides, never in the name of one.
revoke insert, update, delete on orders, licences from proofpix_app;
grant select on plugin_prices, money_settings to proofpix_app;
`;

export const money = {
  name: '0024-money',
  sql: prices + orders + ledger + said + protection,
};
