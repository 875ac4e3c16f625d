/** Versions of stored values, versions of the master key, accounts at providers, and what plugins count. */
const storage = `
-- Counts the changes of all keys of an installation: a version that was given once is never given again.
create table plugin_storage_versions (
  organisation_id uuid not null,
  installation_id uuid primary key,
  last bigint not null check (last > 0),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_storage_versions_installation on plugin_storage_versions (organisation_id, installation_id);
select protect_table('plugin_storage_versions');

alter table plugin_storage add column version bigint not null default 1 check (version > 0);
select set_config('app.system', 'migrate', true);
insert into plugin_storage_versions (organisation_id, installation_id, last)
  select distinct organisation_id, installation_id, 1 from plugin_storage;
select set_config('app.system', '', true);
alter table plugin_storage alter column version drop default;
`;

const masterKeys = `
-- No tenant table: which master keys sealed what lies here, by a sealed text that only the right key opens.
create table master_keys (
  version integer primary key check (version between 1 and 255),
  proof bytea not null,
  created_at timestamptz(3) not null default clock_timestamp()
);

-- Sealing a value again under another key changes nothing that anybody sees.
create or replace function set_updated_at() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('app.system', true), '') = 'rotate-keys' then return new; end if;
  new.updated_at := clock_timestamp();
  return new;
end $$;
`;

const oauth = `
create table oauth_providers (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  name text not null check (name ~ '^[a-z0-9-]{1,50}$'),
  authorization_endpoint text not null,
  token_endpoint text not null,
  revocation_endpoint text,
  client_id text not null check (length(client_id) between 1 and 500),
  client_secret bytea, -- sealed; a public client has none
  client_authentication text not null check (client_authentication in ('basic', 'body')),
  scopes jsonb not null default '[]' check (jsonb_typeof(scopes) = 'array'),
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, name),
  unique (organisation_id, id)
);
create index oauth_providers_created_by on oauth_providers (created_by);

-- Somebody is at a provider and will come back with a code. Hashes only: who reads the table cannot come back instead.
create table oauth_flows (
  state_hash bytea primary key,
  organisation_id uuid not null,
  user_id uuid not null,
  provider_id uuid not null,
  credential_hash bytea not null, -- of the session that began it
  browser_hash bytea not null, -- of the cookie of the browser that began it
  verifier bytea not null, -- sealed
  plugins jsonb check (plugins is null or jsonb_typeof(plugins) = 'array'),
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade,
  foreign key (organisation_id, provider_id) references oauth_providers (organisation_id, id) on delete cascade
);
create index oauth_flows_member on oauth_flows (organisation_id, user_id);
create index oauth_flows_provider on oauth_flows (organisation_id, provider_id);
create index oauth_flows_expiry on oauth_flows (expires_at);

-- The organisation's account at a provider.
create table oauth_connections (
  organisation_id uuid not null,
  provider_id uuid primary key,
  account text, -- as the provider names it
  access_token bytea, -- sealed; null once the provider took the connection back
  refresh_token bytea, -- sealed
  token_type text not null,
  scopes jsonb not null default '[]' check (jsonb_typeof(scopes) = 'array'),
  expires_at timestamptz(3), -- of the access token
  plugins jsonb check (plugins is null or jsonb_typeof(plugins) = 'array'), -- null: all that hold the grant
  lost_reason text,
  tokens_id uuid not null default new_id(), -- another one with every change of the tokens
  refreshing_until timestamptz(3), -- somebody is asking the provider for the next access token
  connected_by uuid references users on delete set null,
  connected_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, provider_id) references oauth_providers (organisation_id, id) on delete cascade
);
create index oauth_connections_provider on oauth_connections (organisation_id, provider_id);
create index oauth_connections_connected_by on oauth_connections (connected_by);

create table oauth_events (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  type text not null check (length(type) <= 100),
  provider text not null, -- its name: the event outlives it
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  actor uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp()
);
create index oauth_events_newest on oauth_events (organisation_id, created_at desc, id desc);
create index oauth_events_actor on oauth_events (actor);

select protect_table('oauth_providers');
select protect_table('oauth_flows');
select protect_table('oauth_connections');
select protect_table('oauth_events');
`;

const analytics = `
create table plugin_analytics (
  organisation_id uuid not null,
  installation_id uuid not null,
  day date not null, -- UTC
  kind text not null check (kind in ('count', 'time', 'track')),
  name text not null check (length(name) between 1 and 100),
  value text not null default '' check (length(value) <= 200), -- of a tracked event
  count bigint not null default 0, -- how often
  sum double precision not null default 0,
  minimum double precision,
  maximum double precision,
  histogram jsonb not null default '{}' check (jsonb_typeof(histogram) = 'object'), -- of times: see merge_counts
  primary key (installation_id, day, kind, name, value),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_analytics_installation on plugin_analytics (organisation_id, installation_id, day);
create index plugin_analytics_day on plugin_analytics (day); -- pruning

-- The roll-ups: a row once a day was begun for an organisation, with the plugins that were told already.
create table analytics_days (
  organisation_id uuid not null references organisations on delete cascade,
  day date not null,
  id uuid not null unique default new_id(), -- names the job
  told jsonb not null default '[]' check (jsonb_typeof(told) = 'array'),
  finished_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, day)
);
create index analytics_days_day on analytics_days (day);

select protect_table('plugin_analytics');
select protect_table('analytics_days');
`;

export const oauthAndAnalytics = { name: '0005-oauth-and-analytics', sql: storage + masterKeys + oauth + analytics };
