const tokens = `
alter table api_tokens
  add column access text[],
  -- The network, not the address: who used a token is not everybody's to know for ever.
  add column last_used_from text check (length(last_used_from) <= 50);
-- What tokens could do so far: whatever their maker's role has.
update api_tokens set access = array['signed-in', 'plugins:read', 'plugins:manage', 'policies:read', 'policies:manage', 'security:read',
  'hooks:execute', 'runs:read', 'runs:create', 'webhooks:read', 'webhooks:manage', 'oauth:read', 'oauth:manage', 'members:manage', 'audit:read', 'server:operate'];
alter table api_tokens
  alter column access set not null,
  add check (cardinality(access) between 1 and 50);
create index api_tokens_newest on api_tokens (organisation_id, created_at desc, id desc);

create function find_api_token(hash bytea, known uuid) returns table (
  id uuid, user_id uuid, organisation_id uuid, role text, plan text, is_operator boolean, access text[],
  last_used_at timestamptz, second_factor_missing boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- A "set app.system" clause on the function would need a superuser.
  perform set_config('app.system', 'sign-in', true);
  return query select t.id, t.user_id, t.organisation_id, m.role, o.plan, u.is_operator, t.access, t.last_used_at,
    o.require_second_factor and u.managed_by is null and not exists (
      select from second_factors f where f.user_id = t.user_id and f.confirmed_at is not null)
  from api_tokens t
  join memberships m on m.organisation_id = t.organisation_id and m.user_id = t.user_id
  join organisations o on o.id = t.organisation_id
  join users u on u.id = t.user_id
  where (t.token_hash = hash or t.id = known) and (t.expires_at is null or t.expires_at > clock_timestamp());
  perform set_config('app.system', '', true);
end $$;
revoke execute on function find_api_token(bytea, uuid) from public;
grant execute on function find_api_token(bytea, uuid) to proofpix_app;
`;

const usage = `
create table usage_months (
  organisation_id uuid not null references organisations on delete cascade,
  month date not null check (extract(day from month) = 1), -- UTC
  requests bigint not null default 0 check (requests >= 0),
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, month)
);
`;

const subscriptions = `
create table subscriptions (
  organisation_id uuid primary key references organisations on delete cascade,
  state text not null check (state in ('active', 'past-due', 'lapsed')),
  plan text not null check (plan in ('professional', 'enterprise')),
  stripe_customer text not null check (length(stripe_customer) <= 255),
  stripe_subscription text not null check (length(stripe_subscription) <= 255),
  stripe_begun_at timestamptz(3) not null,
  stripe_changed_at timestamptz(3) not null,
  renews_at timestamptz(3),
  ends_at timestamptz(3),
  grace_ends_at timestamptz(3),
  plugins_stopped_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create index subscriptions_overdue on subscriptions (grace_ends_at) where plugins_stopped_at is null;

create table subscription_stops (
  organisation_id uuid not null,
  installation_id uuid primary key,
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index subscription_stops_plugin on subscription_stops (organisation_id, installation_id);

create table stripe_events ( -- which messages were seen: none is applied twice
  id text primary key check (length(id) <= 255),
  received_at timestamptz(3) not null default clock_timestamp()
);
create index stripe_events_received on stripe_events (received_at);
`;

const protection = `
select protect_table('usage_months');
select protect_table('subscriptions');
select protect_table('subscription_stops');
revoke insert, update, delete on subscriptions, usage_months from proofpix_app;
`;

export const apiKeysAndSubscriptions = {
  name: '0016-api-keys-and-subscriptions',
  sql: tokens + usage + subscriptions + protection,
};
