/** The nine tables of plugins, and their log lines. An installation is a row of `plugins`. */
const tables = `
create table plugins (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  source text not null check (source in ('upload', 'bundled', 'marketplace')),
  publisher text not null,
  plugin_id text not null check (plugin_id ~ '^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$'),
  version text not null,
  manifest jsonb not null check (jsonb_typeof(manifest) = 'object'),
  name text not null generated always as (manifest ->> 'name') stored,
  type text not null generated always as (manifest ->> 'type') stored,
  category text not null generated always as (manifest ->> 'category') stored,
  readme text,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  archive_digest text not null check (archive_digest ~ '^[0-9a-f]{64}$'),
  archive_size bigint not null default 0 check (archive_size >= 0),
  size bigint not null check (size >= 0),
  development boolean not null default false,
  state text not null default 'unloaded' check (state in ('loaded', 'unloaded', 'failed')),
  state_reason text,
  warnings jsonb not null default '[]' check (jsonb_typeof(warnings) = 'array'),
  installed_by uuid references users on delete set null,
  installed_at timestamptz(3) not null default clock_timestamp(),
  loaded_at timestamptz(3),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, plugin_id),
  unique (organisation_id, id)
);
create index plugins_newest on plugins (organisation_id, installed_at desc, id desc);
create index plugins_state on plugins (organisation_id, state, installed_at desc, id desc);
create index plugins_type on plugins (organisation_id, type, installed_at desc, id desc);
create index plugins_category on plugins (organisation_id, category, installed_at desc, id desc);
create index plugins_archive on plugins (organisation_id, archive_digest);
create index plugins_loaded on plugins (id) where state = 'loaded'; -- those of all organisations, at start
create index plugins_installed_by on plugins (installed_by);

create table plugin_permissions (
  organisation_id uuid not null,
  installation_id uuid not null,
  permission text not null
    check (permission in ('http', 'crypto', 'storage', 'files', 'analytics', 'webhooks', 'oauth', 'security')),
  decision text not null default 'pending' check (decision in ('granted', 'refused', 'pending')),
  decided_by uuid references users on delete set null,
  decided_at timestamptz(3),
  primary key (installation_id, permission),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade,
  check ((decision = 'pending') = (decided_at is null))
);
create index plugin_permissions_name on plugin_permissions (organisation_id, permission, installation_id);
create index plugin_permissions_installation on plugin_permissions (organisation_id, installation_id);
create index plugin_permissions_decided_by on plugin_permissions (decided_by);

create table plugin_hooks (
  organisation_id uuid not null,
  installation_id uuid not null,
  hook text not null check (length(hook) <= 120),
  priority integer not null check (priority between 0 and 1000), -- in force: the manifest's, unless an admin changed it
  changed_by_admin boolean not null default false, -- then an update of the plugin keeps it
  position integer not null, -- in the manifest
  primary key (installation_id, hook),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_hooks_order on plugin_hooks (organisation_id, hook, priority, installation_id);
create index plugin_hooks_installation on plugin_hooks (organisation_id, installation_id);

create table plugin_configurations (
  organisation_id uuid not null,
  installation_id uuid primary key,
  config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'), -- without secrets
  secrets bytea, -- sealed JSON {pointer: value}
  secrets_set jsonb not null default '[]' check (jsonb_typeof(secrets_set) = 'array'), -- pointers that have a value
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_configurations_installation on plugin_configurations (organisation_id, installation_id);
create index plugin_configurations_updated_by on plugin_configurations (updated_by);

create table plugin_metrics (
  organisation_id uuid not null,
  installation_id uuid not null,
  hook text not null check (length(hook) <= 120), -- or 'initialize', 'cleanup', 'onConfigUpdate'; '' is the whole process
  calls bigint not null default 0,
  errors bigint not null default 0,
  latency jsonb not null default '{}' check (jsonb_typeof(latency) = 'object'), -- {bucket: count}: see merge_counts
  host_calls bigint not null default 0,
  bytes_read bigint not null default 0,
  bytes_written bigint not null default 0,
  cpu_milliseconds double precision not null default 0,
  memory_bytes bigint not null default 0, -- peak
  deaths bigint not null default 0,
  since timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (installation_id, hook),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_metrics_installation on plugin_metrics (organisation_id, installation_id);

create table plugin_events (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  installation_id uuid not null,
  type text not null check (length(type) <= 100),
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  actor uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_events_newest on plugin_events (organisation_id, installation_id, created_at desc, id desc);
create index plugin_events_actor on plugin_events (actor);

create table plugin_logs (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  installation_id uuid not null,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_logs_newest on plugin_logs (organisation_id, installation_id, created_at desc, id desc);
create index plugin_logs_age on plugin_logs (created_at); -- pruning

create table plugin_dependencies (
  organisation_id uuid not null,
  installation_id uuid not null,
  depends_on text not null, -- plugin id
  range text not null,
  primary key (installation_id, depends_on),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_dependencies_on on plugin_dependencies (organisation_id, depends_on);
create index plugin_dependencies_installation on plugin_dependencies (organisation_id, installation_id);

create table plugin_storage (
  organisation_id uuid not null,
  installation_id uuid not null,
  key text collate "C" not null check (length(key) between 1 and 256),
  value bytea not null, -- sealed
  size integer not null check (size >= 0), -- bytes of the plain value, for the quota
  expires_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (installation_id, key),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_storage_installation on plugin_storage (organisation_id, installation_id) include (size);
create index plugin_storage_expiry on plugin_storage (expires_at) where expires_at is not null;

-- What the marketplaces offer: the same for all organisations, so it is no tenant table.
create table plugin_marketplace_cache (
  source text not null,
  publisher text not null,
  plugin_id text not null,
  version text not null,
  listing jsonb not null check (jsonb_typeof(listing) = 'object'),
  name text not null generated always as (listing ->> 'name') stored,
  type text not null generated always as (listing ->> 'type') stored,
  category text not null generated always as (listing ->> 'category') stored,
  archive_digest text,
  archive_path text,
  featured boolean not null default false,
  downloads bigint not null default 0,
  search tsvector not null generated always as (
    setweight(to_tsvector('english', coalesce(listing ->> 'name', '') || ' ' || replace(plugin_id, '-', ' ')), 'A') ||
    setweight(to_tsvector('english', coalesce(listing -> 'keywords', '[]')), 'B') ||
    setweight(to_tsvector('english', coalesce(listing ->> 'description', '')), 'C') ||
    setweight(to_tsvector('simple', publisher), 'D')
  ) stored,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (source, publisher, plugin_id)
);
create index plugin_marketplace_cache_search on plugin_marketplace_cache using gin (search);
create index plugin_marketplace_cache_permissions
  on plugin_marketplace_cache using gin ((listing -> 'permissions') jsonb_path_ops);
create index plugin_marketplace_cache_popular
  on plugin_marketplace_cache (downloads desc, source, publisher, plugin_id);
create index plugin_marketplace_cache_category on plugin_marketplace_cache (category, downloads desc);
create index plugin_marketplace_cache_type on plugin_marketplace_cache (type, downloads desc);
create index plugin_marketplace_cache_featured
  on plugin_marketplace_cache (downloads desc, source, publisher, plugin_id) where featured;
create index plugin_marketplace_cache_id on plugin_marketplace_cache (publisher, plugin_id);
`;

const protection = `
select protect_table('plugins');
select protect_table('plugin_permissions');
select protect_table('plugin_hooks');
select protect_table('plugin_configurations');
select protect_table('plugin_metrics');
select protect_table('plugin_events');
select protect_table('plugin_logs');
select protect_table('plugin_dependencies');
select protect_table('plugin_storage');
select touch_table('plugin_marketplace_cache');
grant select on plugin_marketplace_cache to proofpix_app;
`;

export const plugins = { name: '0002-plugins', sql: tables + protection };
