/** What organisations decide about plugins, how plugins are updated, the states they can be set back to, and requests of members. */
const tables = `
create table policies (
  organisation_id uuid primary key references organisations on delete cascade,
  policy jsonb not null check (jsonb_typeof(policy) = 'object'),
  revision integer not null default 0 check (revision >= 0),
  stop_reason text check (length(stop_reason) between 1 and 1000), -- while it is set, nothing of the organisation runs
  stopped_by uuid references users on delete set null,
  stopped_at timestamptz(3),
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((stop_reason is null) = (stopped_at is null))
);
create index policies_updated_by on policies (updated_by);
create index policies_stopped_by on policies (stopped_by);

alter table plugins
  add column denied text check (length(denied) <= 2000), -- why a policy or a stop keeps it from running
  add column denied_resumes boolean not null default false; -- it ran: it is loaded again when it may

alter table plugin_marketplace_cache
  add column version_since timestamptz(3) not null default clock_timestamp(); -- since when this server offers the version

create table plugin_updates (
  organisation_id uuid not null,
  installation_id uuid primary key,
  mode text check (mode in ('none', 'patch', 'minor', 'all')), -- null: the organisation's
  pin text check (length(pin) <= 64),
  waiting jsonb check (jsonb_typeof(waiting) = 'object'), -- the update that waits for a person
  failed_version text check (length(failed_version) <= 64), -- went back by itself; not tried again by itself
  failed_reason text check (length(failed_reason) <= 2000),
  failed_at timestamptz(3),
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_updates_installation on plugin_updates (organisation_id, installation_id);
create index plugin_updates_updated_by on plugin_updates (updated_by);

create table plugin_restore_points (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  installation_id uuid not null,
  reason text not null check (reason in ('update', 'config', 'rollback')),
  version text not null check (length(version) <= 64),
  manifest jsonb not null check (jsonb_typeof(manifest) = 'object'),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  archive_digest text not null check (archive_digest ~ '^[0-9a-f]{64}$'),
  archive_size bigint not null check (archive_size >= 0),
  received_digest text check (received_digest ~ '^[0-9a-f]{64}$'),
  development boolean not null,
  signature jsonb check (jsonb_typeof(signature) = 'object'),
  signature_file text check (length(signature_file) <= 65536),
  permissions jsonb not null check (jsonb_typeof(permissions) = 'array'),
  hooks jsonb not null check (jsonb_typeof(hooks) = 'array'),
  scan jsonb check (jsonb_typeof(scan) = 'object'), -- the row of plugin_scans
  config jsonb not null check (jsonb_typeof(config) = 'object'),
  secrets bytea, -- sealed, as in plugin_configurations
  secrets_set jsonb not null check (jsonb_typeof(secrets_set) = 'array'),
  watched_until timestamptz(3), -- until then the plugin goes back to it by itself
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_restore_points_newest
  on plugin_restore_points (organisation_id, installation_id, created_at desc, id desc);
create index plugin_restore_points_archive on plugin_restore_points (organisation_id, archive_digest);
create index plugin_restore_points_watched on plugin_restore_points (watched_until) where watched_until is not null;
create index plugin_restore_points_created_by on plugin_restore_points (created_by);

create table plugin_restore_values ( -- plugin_storage of that moment
  organisation_id uuid not null,
  point_id uuid not null,
  installation_id uuid not null,
  key text collate "C" not null check (length(key) between 1 and 256),
  value bytea not null, -- sealed for the same installation and key
  size integer not null check (size >= 0),
  expires_at timestamptz(3),
  version bigint not null,
  primary key (point_id, key),
  foreign key (organisation_id, point_id) references plugin_restore_points (organisation_id, id) on delete cascade
);
create index plugin_restore_values_point on plugin_restore_values (organisation_id, point_id);

create table plugin_requests (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  kind text not null check (kind in ('install', 'permission', 'update')),
  plugin_id text not null check (plugin_id ~ '^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$'),
  publisher text check (length(publisher) <= 100),
  version text check (length(version) <= 64),
  permissions jsonb not null default '[]' check (jsonb_typeof(permissions) = 'array'),
  reason text not null check (length(reason) between 1 and 1000),
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'refused', 'expired')),
  given jsonb check (jsonb_typeof(given) = 'object'), -- what the approval gave, to be withdrawn when its time is over
  requested_by uuid references users on delete set null,
  decided_by uuid references users on delete set null,
  decision_reason text check (length(decision_reason) <= 1000),
  decided_at timestamptz(3),
  expires_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((state = 'waiting') = (decided_at is null))
);
create index plugin_requests_newest on plugin_requests (organisation_id, created_at desc, id desc);
create index plugin_requests_expiry on plugin_requests (expires_at) where state = 'approved' and expires_at is not null;
create index plugin_requests_requested_by on plugin_requests (requested_by);
create index plugin_requests_decided_by on plugin_requests (decided_by);
`;

const protection = `
select protect_table('policies');
select protect_table('plugin_updates');
select protect_table('plugin_restore_points');
select protect_table('plugin_restore_values');
select protect_table('plugin_requests');
`;

export const policiesAndUpdates = { name: '0015-policies-and-updates', sql: tables + protection };
