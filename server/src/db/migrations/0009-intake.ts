/** What scans found in packages, what organisations do with it, and the digest of a package as it was received. */
const tables = `
alter table plugins add column received_digest text check (received_digest ~ '^[0-9a-f]{64}$');

create index plugins_received on plugins (organisation_id, received_digest);

create table plugin_scans (
  organisation_id uuid not null,
  installation_id uuid primary key,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  rule_set integer check (rule_set > 0),
  result jsonb check (jsonb_typeof(result) = 'object'),
  failed boolean not null default false,
  scanned_at timestamptz(3) not null default clock_timestamp(),
  accepted_by uuid references users on delete set null,
  accepted_at timestamptz(3),
  check ((result is null) = (rule_set is null)),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_scans_installation on plugin_scans (organisation_id, installation_id);
create index plugin_scans_rule_set on plugin_scans (rule_set); -- those of older rules, of all organisations
create index plugin_scans_accepted_by on plugin_scans (accepted_by);

create table organisation_scan_rules (
  organisation_id uuid primary key references organisations on delete cascade,
  rules jsonb not null check (jsonb_typeof(rules) = 'object'),
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create index organisation_scan_rules_updated_by on organisation_scan_rules (updated_by);
`;

const protection = `
select protect_table('plugin_scans');
select protect_table('organisation_scan_rules');
`;

export const intake = { name: '0009-intake', sql: tables + protection };
