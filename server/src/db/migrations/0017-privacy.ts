/**
 * Privacy: what is said in free words in the audit trail can be erased as what is personal can, the beginning of a trail
 * can be cut at a signed head, and who is erased, what is kept for how long and what was deleted has its tables.
 */
const trail = `
-- Reason, before and after are sealed by a salted digest too: they may hold what a person wrote, or their name.
alter table audit_acts
  add column details_salt bytea, -- goes with what it salts
  add column details_digest bytea check (length(details_digest) = 32), -- null: sealed by an older version, word for word
  add check (details_salt is null or details_digest is not null),
  add check (details_digest is null or details_salt is not null or num_nonnulls(reason, before, after) = 0);
grant insert (details_salt, details_digest) on audit_acts to proofpix_app;

create table audit_cuts ( -- the acts up to a position were deleted when their time was over; the last one counts
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete cascade,
  position bigint not null check (position > 0),
  hash bytea not null check (length(hash) = 32),
  public_key text not null check (length(public_key) <= 100),
  signature text not null check (length(signature) <= 100),
  signed_at timestamptz(3) not null
);
create unique index audit_cuts_position on audit_cuts (organisation_id, position) nulls not distinct;
select protect_table('audit_cuts');
revoke insert, update, delete on audit_cuts from proofpix_app;
`;

const erasures = `
create table erasures ( -- of people, by the number that the trail knows them by
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  subject_id uuid not null, -- no reference: whom it named is gone
  asked_by text not null check (asked_by in ('self', 'admin')),
  whole boolean not null, -- the account went as well
  state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
  sought bytea, -- sealed: what is looked for, until it was found everywhere
  found jsonb not null default '{}' check (jsonb_typeof(found) = 'object'),
  created_at timestamptz(3) not null default clock_timestamp(),
  finished_at timestamptz(3),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((state = 'done') = (finished_at is not null)),
  check (state <> 'done' or sought is null)
);
create index erasures_newest on erasures (organisation_id, created_at desc, id desc);
select protect_table('erasures');
revoke insert, update, delete on erasures from proofpix_app;

create table organisation_erasures ( -- begun, and undone until then
  organisation_id uuid primary key references organisations on delete cascade,
  asked_by uuid references users on delete set null,
  erase_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp()
);
create index organisation_erasures_asked_by on organisation_erasures (asked_by);
create index organisation_erasures_due on organisation_erasures (erase_at);
select protect_table('organisation_erasures');

create table erase_notices ( -- what plugins are told to forget
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  event jsonb not null check (jsonb_typeof(event) = 'object'),
  told jsonb not null default '[]' check (jsonb_typeof(told) = 'array'),
  attempts integer not null default 0,
  finished_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp()
);
create index erase_notices_newest on erase_notices (organisation_id, created_at desc, id desc);
select protect_table('erase_notices');
`;

const retention = `
create table privacy_settings (
  organisation_id uuid primary key references organisations on delete cascade,
  retention jsonb not null default '{}' check (jsonb_typeof(retention) = 'object'), -- days by kind; what is left out is the default
  delete_photos boolean not null default false, -- right after their runs
  controller jsonb not null default '{}' check (jsonb_typeof(controller) = 'object'),
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create index privacy_settings_updated_by on privacy_settings (updated_by);
select protect_table('privacy_settings');

create table retention_runs ( -- the proof: what each day's job deleted
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  deleted jsonb not null check (jsonb_typeof(deleted) = 'array'),
  public_key text not null check (length(public_key) <= 100),
  signature text not null check (length(signature) <= 100),
  created_at timestamptz(3) not null
);
create index retention_runs_newest on retention_runs (organisation_id, created_at desc, id desc);
select protect_table('retention_runs');
revoke insert, update, delete on retention_runs from proofpix_app;

alter table runs add column delete_photo boolean not null default false; -- when it is over
alter table files add column deleted_at timestamptz(3); -- the bytes; what is known of them stays
create index runs_photos_to_delete on runs (finished_at) where delete_photo;
`;

export const privacy = { name: '0017-privacy', sql: trail + erasures + retention };
