/**
 * Keys that sign packages, the kill list, and the signed metadata that carries both: they belong to no organisation. What
 * stands behind an installed package, and which packages an organisation installs.
 */
const tables = `
create table trust_keys (
  key_id text primary key check (key_id ~ '^[0-9a-f]{64}$'),
  public_key text not null check (length(public_key) <= 60),
  role text not null check (role in ('publisher', 'marketplace')),
  publisher text check (length(publisher) <= 50),
  valid_from timestamptz(3) not null,
  valid_until timestamptz(3),
  revoked_from timestamptz(3),
  revoke_reason text check (length(revoke_reason) <= 1000),
  created_by uuid references users on delete set null,
  revoked_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((role = 'publisher') = (publisher is not null)),
  check ((revoked_from is null) = (revoke_reason is null))
);
create index trust_keys_created_by on trust_keys (created_by);
create index trust_keys_revoked_by on trust_keys (revoked_by);

create table kill_entries ( -- lifted ones stay: who did what, and why
  id uuid primary key default new_id(),
  kind text not null check (kind in ('key', 'publisher', 'plugin', 'version', 'digest')),
  value text not null check (length(value) <= 180),
  reason text not null check (length(reason) between 1 and 1000),
  valid_from timestamptz(3) not null,
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  lifted_by uuid references users on delete set null,
  lifted_at timestamptz(3),
  lift_reason text check (length(lift_reason) <= 1000),
  check ((lifted_at is null) = (lift_reason is null))
);
create unique index kill_entries_standing on kill_entries (kind, value) where lifted_at is null;
create index kill_entries_newest on kill_entries (created_at desc, id desc);
create index kill_entries_created_by on kill_entries (created_by);
create index kill_entries_lifted_by on kill_entries (lifted_by);

create table trust_files ( -- by the name under which they are served
  name text primary key check (length(name) <= 120),
  bytes bytea not null check (length(bytes) <= 33554432),
  updated_at timestamptz(3) not null default clock_timestamp()
);

create table organisation_package_rules (
  organisation_id uuid primary key references organisations on delete cascade,
  unsigned_packages text not null check (unsigned_packages in ('allow', 'refuse')),
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create index organisation_package_rules_updated_by on organisation_package_rules (updated_by);
`;

const changes = `
alter table plugins
  add column signature jsonb check (jsonb_typeof(signature) = 'object'), -- what was proven; null without a signature
  add column signature_file text check (length(signature_file) <= 65536), -- what proves it
  add column killed text check (length(killed) <= 1500); -- what the kill list says of it while an entry stands
create index plugins_killed on plugins (id) where killed is not null;
-- The kill list asks over all organisations.
create index plugins_named on plugins (plugin_id);
create index plugins_digest on plugins (digest);
create index plugins_publisher on plugins (publisher);
create index plugins_signer on plugins ((signature ->> 'publisher')) where signature is not null;
`;

const protection = `
select touch_table('trust_keys');
select touch_table('trust_files');
select protect_table('organisation_package_rules');
`;

export const trust = { name: '0010-trust', sql: tables + changes + protection };
