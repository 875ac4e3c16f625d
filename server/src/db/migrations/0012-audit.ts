/** Who did what, in the order in which it was done. Nobody changes a row but the job that seals and the one that erases. */
const tables = `
create table audit_acts (
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete cascade, -- null: of the server itself
  act text not null check (length(act) between 1 and 100),
  result text not null check (result in ('done', 'refused')),
  actor_kind text not null check (actor_kind in ('member', 'system')),
  actor_id text not null check (length(actor_id) <= 100), -- no reference: the trail outlives people
  role text check (length(role) <= 50),
  via text check (length(via) <= 50),
  request_id text check (length(request_id) <= 100),
  subject_kind text not null check (length(subject_kind) <= 50),
  subject_id text not null check (length(subject_id) <= 300),
  reason text check (length(reason) <= 2000),
  before jsonb check (jsonb_typeof(before) = 'object'),
  after jsonb check (jsonb_typeof(after) = 'object'),
  personal jsonb check (jsonb_typeof(personal) = 'object'),
  personal_salt bytea, -- goes with what it salts: without it nobody can guess
  personal_digest bytea, -- stays when what it stands for is erased
  created_at timestamptz(3) not null default clock_timestamp(),
  position bigint check (position > 0), -- null until it is sealed
  previous bytea check (length(previous) = 32),
  hash bytea check (length(hash) = 32),
  check (personal is null or (personal_salt is not null and personal_digest is not null)),
  check ((position is null) = (hash is null)),
  check (previous is null or position > 1)
);
create index audit_acts_newest on audit_acts (organisation_id, created_at desc, id desc);
create index audit_acts_unsealed on audit_acts (organisation_id, created_at, id) where position is null;
-- The last guard against two sealers: one position is one act. Nulls are not distinct, since the server's trail has no organisation.
create unique index audit_acts_position on audit_acts (organisation_id, position) nulls not distinct
  where position is not null;

create table audit_heads ( -- what was signed; one for each time that acts were sealed
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete cascade,
  position bigint not null check (position > 0),
  hash bytea not null check (length(hash) = 32),
  public_key text not null check (length(public_key) <= 100),
  signature text not null check (length(signature) <= 100),
  signed_at timestamptz(3) not null
);
create unique index audit_heads_position on audit_heads (organisation_id, position) nulls not distinct;
`;

const told = `
create function tell_audit() returns trigger language plpgsql as $$
begin
  perform pg_notify('audit_acts', coalesce(new.organisation_id::text, ''));
  return null;
end $$;
create trigger tell_audit after insert on audit_acts for each row execute function tell_audit();
`;

const protection = `
select protect_table('audit_acts');
select protect_table('audit_heads');
-- A request adds acts, at the time that the database says and not yet sealed: otherwise it could take the next position.
revoke insert, update, delete on audit_acts, audit_heads from proofpix_app;
grant insert (id, organisation_id, act, result, actor_kind, actor_id, role, via, request_id, subject_kind, subject_id, reason,
  before, after, personal, personal_salt, personal_digest) on audit_acts to proofpix_app;
`;

export const audit = { name: '0012-audit', sql: tables + told + protection };
