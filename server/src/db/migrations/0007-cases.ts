/** Runs kept together as exhibits of a case, notes beside runs and cases, reports of whole cases, and the filters of history. */
const tables = `
create table cases (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  title text not null check (length(title) between 1 and 200),
  reference text check (length(reference) between 1 and 100),
  description text not null default '' check (length(description) <= 4000),
  state text not null default 'open' check (state in ('open', 'closed')),
  last_number integer not null default 0 check (last_number >= 0), -- of an exhibit; only grows, so that none is given twice
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(), -- of its exhibits and notes too: lists are ordered by it
  unique (organisation_id, id)
);
create index cases_changed on cases (organisation_id, updated_at desc, id desc);
create index cases_state on cases (organisation_id, state, updated_at desc, id desc);
create index cases_created_by on cases (created_by);

create table exhibits (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  case_id uuid not null,
  run_id uuid not null,
  number integer not null check (number >= 1),
  caption text not null default '' check (length(caption) <= 500),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, case_id, number),
  -- A run is in one case at most. With the organisation, or the index would tell that a foreign run is in some case.
  unique (organisation_id, run_id),
  foreign key (organisation_id, case_id) references cases (organisation_id, id) on delete cascade,
  foreign key (organisation_id, run_id) references runs (organisation_id, id) on delete cascade
);

create table notes (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  run_id uuid,
  case_id uuid,
  text text not null check (length(text) between 1 and 4000),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  changed_at timestamptz(3), -- null: never
  check (num_nonnulls(run_id, case_id) = 1),
  foreign key (organisation_id, run_id) references runs (organisation_id, id) on delete cascade,
  foreign key (organisation_id, case_id) references cases (organisation_id, id) on delete cascade
);
create index notes_run on notes (organisation_id, run_id, created_at, id);
create index notes_case on notes (organisation_id, case_id, created_at, id);
create index notes_created_by on notes (created_by);
`;

const changes = `
alter table exports
  alter column run_id drop not null,
  add column case_id uuid,
  add check (num_nonnulls(run_id, case_id) = 1),
  add foreign key (organisation_id, case_id) references cases (organisation_id, id) on delete cascade;
create index exports_case on exports (organisation_id, case_id, created_at desc, id desc);

create index runs_strong on runs (organisation_id, created_at desc, id desc) where findings_strong > 0;
create index runs_possible on runs (organisation_id, created_at desc, id desc) where findings_possible > 0 and findings_strong = 0;
-- By equality of texts: an index over the list in runs.plugins would stand idle, since row-level security keeps
-- operators that could tell something about hidden rows out of index conditions.
create index run_steps_plugin on run_steps (organisation_id, plugin_id, run_id);
`;

const protection = `
select protect_table('cases');
select protect_table('exhibits');
select protect_table('notes');
`;

export const cases = { name: '0007-cases', sql: tables + changes + protection };
