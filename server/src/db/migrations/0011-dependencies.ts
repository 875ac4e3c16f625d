/** The npm packages in installed plugins, what is known against them, and what was told of it already. */
const tables = `
create table plugin_components (
  organisation_id uuid not null,
  installation_id uuid primary key,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'), -- of the package that was looked at
  components jsonb check (jsonb_typeof(components) = 'object'), -- null where it could not be read
  audit jsonb check (jsonb_typeof(audit) = 'object'),
  audited_at timestamptz(3),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_components_installation on plugin_components (organisation_id, installation_id);

create table plugin_advisories ( -- told once, however often it is found
  organisation_id uuid not null,
  installation_id uuid not null,
  advisory text not null check (length(advisory) <= 128),
  component text not null check (length(component) <= 214),
  found_at timestamptz(3) not null default clock_timestamp(),
  primary key (installation_id, advisory, component),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete cascade
);
create index plugin_advisories_installation on plugin_advisories (organisation_id, installation_id);

create table dependency_audits ( -- one under way for an organisation
  organisation_id uuid primary key references organisations on delete cascade,
  id uuid not null unique default new_id(), -- names the job
  begun_at timestamptz(3) not null,
  finished_at timestamptz(3)
);
`;

const protection = `
select protect_table('plugin_components');
select protect_table('plugin_advisories');
select protect_table('dependency_audits');
`;

export const dependencies = { name: '0011-dependencies', sql: tables + protection };
