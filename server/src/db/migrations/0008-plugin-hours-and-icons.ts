/** Calls of plugins by hour, for a week, and the icons of packages. */
const tables = `
create table plugin_hours (
  organisation_id uuid not null,
  installation_id uuid not null,
  hour timestamptz(3) not null check (extract(epoch from hour)::bigint % 3600 = 0),
  calls bigint not null default 0,
  errors bigint not null default 0,
  latency jsonb not null default '{}' check (jsonb_typeof(latency) = 'object'), -- {bucket: count}: see merge_counts
  primary key (installation_id, hour),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_hours_newest on plugin_hours (organisation_id, hour); -- the list of an organisation
create index plugin_hours_installation on plugin_hours (organisation_id, installation_id);
create index plugin_hours_age on plugin_hours (hour); -- pruning

create table plugin_icons (
  organisation_id uuid not null,
  installation_id uuid primary key,
  type text not null check (type in ('image/png', 'image/svg+xml')),
  bytes bytea not null check (length(bytes) <= 524288),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_icons_installation on plugin_icons (organisation_id, installation_id);
`;

const protection = `
select protect_table('plugin_hours');
select protect_table('plugin_icons');
`;

export const pluginHoursAndIcons = { name: '0008-plugin-hours-and-icons', sql: tables + protection };
