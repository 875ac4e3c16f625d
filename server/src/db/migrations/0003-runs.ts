/** Photos, runs with their steps and files, exports, and long work. Bytes are in the object store, by organisation and digest. */
const tables = `
create table files (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  type text not null,
  size bigint not null check (size >= 0),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id)
);
create index files_object on files (organisation_id, sha256) include (size);
create index files_created_by on files (created_by);

create table batches (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id)
);
create index batches_newest on batches (organisation_id, created_at desc, id desc);
create index batches_created_by on batches (created_by);

create table runs (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  batch_id uuid not null,
  file_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  plugins jsonb not null default '[]' check (jsonb_typeof(plugins) = 'array'),
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  steps_done integer not null default 0,
  steps_total integer not null default 0,
  failed_steps integer not null default 0,
  findings_strong integer not null default 0,
  findings_possible integer not null default 0,
  findings_note integer not null default 0,
  has_findings boolean not null generated always as (findings_strong + findings_possible + findings_note > 0) stored,
  error jsonb check (jsonb_typeof(error) = 'object'),
  attempts integer not null default 0,
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  foreign key (organisation_id, batch_id) references batches (organisation_id, id) on delete cascade,
  foreign key (organisation_id, file_id) references files (organisation_id, id) on delete cascade,
  check ((state in ('done', 'failed')) = (finished_at is not null))
);
create index runs_newest on runs (organisation_id, created_at desc, id desc);
create index runs_state on runs (organisation_id, state, created_at desc, id desc);
create index runs_found on runs (organisation_id, has_findings, created_at desc, id desc);
create index runs_batch on runs (organisation_id, batch_id, created_at desc, id desc);
create index runs_file on runs (organisation_id, file_id);
create index runs_unfinished on runs (created_at) where state in ('waiting', 'running'); -- of all organisations, at start
create index runs_created_by on runs (created_by);

create table run_steps (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  run_id uuid not null,
  position integer not null check (position >= 0),
  hook text not null,
  plugin_id text not null,
  version text not null,
  digest text not null,
  ok boolean not null,
  result jsonb,
  error jsonb check (jsonb_typeof(error) = 'object'),
  notes jsonb not null default '[]' check (jsonb_typeof(notes) = 'array'),
  files jsonb not null default '[]' check (jsonb_typeof(files) = 'array'),
  usage jsonb not null default '{}' check (jsonb_typeof(usage) = 'object'),
  input_digest text not null,
  output_digest text not null,
  milliseconds double precision not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (run_id, position),
  foreign key (organisation_id, run_id) references runs (organisation_id, id) on delete cascade
);
create index run_steps_run on run_steps (organisation_id, run_id, position);

create table run_files (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  run_id uuid not null,
  plugin_id text not null,
  name text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size >= 0),
  type text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (run_id, plugin_id, name),
  foreign key (organisation_id, run_id) references runs (organisation_id, id) on delete cascade
);
create index run_files_run on run_files (organisation_id, run_id);
create index run_files_object on run_files (organisation_id, sha256) include (size);

create table exports (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  run_id uuid not null,
  format text not null check (length(format) between 1 and 50),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  foreign key (organisation_id, run_id) references runs (organisation_id, id) on delete cascade
);
create index exports_run on exports (organisation_id, run_id, created_at desc, id desc);
create index exports_created_by on exports (created_by);

create table export_files (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  export_id uuid not null,
  plugin_id text not null,
  name text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size >= 0),
  type text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (export_id, plugin_id, name),
  foreign key (organisation_id, export_id) references exports (organisation_id, id) on delete cascade
);
create index export_files_export on export_files (organisation_id, export_id);
create index export_files_object on export_files (organisation_id, sha256) include (size);

create table jobs (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  kind text not null check (length(kind) <= 100),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  input jsonb not null default '{}' check (jsonb_typeof(input) = 'object'),
  result jsonb,
  error jsonb check (jsonb_typeof(error) = 'object'),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((state in ('done', 'failed')) = (finished_at is not null))
);
create index jobs_newest on jobs (organisation_id, created_at desc, id desc);
create index jobs_unfinished on jobs (created_at) where state in ('waiting', 'running');
create index jobs_created_by on jobs (created_by);
`;

const protection = `
select protect_table('files');
select protect_table('batches');
select protect_table('runs');
select protect_table('run_steps');
select protect_table('run_files');
select protect_table('exports');
select protect_table('export_files');
select protect_table('jobs');
`;

export const runs = { name: '0003-runs', sql: tables + protection };
