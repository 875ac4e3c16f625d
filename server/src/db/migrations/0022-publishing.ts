/**
 * Who publishes plugins, what they send to review, and what was released. Publishers and submissions belong to an
 * organisation; what is published belongs to everybody who uses this marketplace, and never changes.
 */
const publishers = `
create table publishers (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$'),
  -- Null when its organisation is gone: nobody else may take the name, whose plugins are installed somewhere.
  organisation_id uuid references organisations on delete set null,
  skeleton text not null unique check (length(skeleton) between 1 and 50),
  display_name text not null check (length(display_name) between 1 and 100),
  description text not null default '' check (length(description) <= 1000),
  website text check (length(website) <= 300),
  support text check (length(support) <= 300),
  challenge text not null check (length(challenge) <= 100), -- what a domain must say to prove itself
  verified_domain text check (length(verified_domain) <= 253),
  verified_by text check (verified_by in ('dns', 'well-known')),
  verified_at timestamptz(3),
  offered_to uuid references organisations on delete set null, -- a transfer that waits for the other side
  offered_name text check (length(offered_name) <= 100), -- as it was typed: whether there is such an organisation is not told
  offered_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((verified_domain is null) = (verified_at is null) and (verified_by is null) = (verified_at is null))
);
create index publishers_organisation on publishers (organisation_id, name);
create index publishers_offered on publishers (offered_to) where offered_to is not null;
`;

const submissions = `
create table submissions (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  publisher text not null check (length(publisher) <= 50), -- no reference: a transfer changes both, and the trail of names stays
  channel text not null check (channel in ('stable', 'beta')),
  state text not null check (state in ('received', 'not-scanned', 'blocked', 'draft', 'waiting', 'in-review',
    'changes-requested', 'rejected', 'released', 'withdrawn')),
  state_since timestamptz(3) not null default clock_timestamp(),
  attempt integer not null default 1 check (attempt > 0), -- counts the packages that were sent
  archive_digest text not null check (archive_digest ~ '^[0-9a-f]{64}$'),
  archive_size bigint not null check (archive_size > 0),
  file_name text not null check (length(file_name) between 1 and 255),
  signature_file text check (length(signature_file) <= 65536),
  -- From the package, when it was read.
  plugin_id text check (length(plugin_id) <= 50),
  version text check (length(version) <= 64),
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  manifest jsonb check (jsonb_typeof(manifest) = 'object'),
  readme text,
  changelog text,
  scan jsonb check (jsonb_typeof(scan) = 'object'),
  components jsonb check (jsonb_typeof(components) = 'object'),
  problem jsonb check (jsonb_typeof(problem) = 'object'), -- why it was refused, or could not be read
  sent_at timestamptz(3), -- to review, the last time
  claimed_by uuid references users on delete set null,
  claimed_at timestamptz(3),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id)
);
create index submissions_newest on submissions (organisation_id, created_at desc, id desc);
create index submissions_queue on submissions (sent_at, id) where state in ('waiting', 'in-review');
create index submissions_archive on submissions (organisation_id, archive_digest);
create index submissions_claimed_by on submissions (claimed_by);
create index submissions_created_by on submissions (created_by);
-- One way to one version.
create unique index submissions_version on submissions (publisher, plugin_id, version)
  where plugin_id is not null and state not in ('withdrawn', 'rejected');

create table submission_steps ( -- what happened to it, for both sides to read
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  submission_id uuid not null,
  state text not null,
  side text not null check (side in ('publisher', 'marketplace', 'server')),
  actor uuid references users on delete set null,
  reason text check (length(reason) <= 2000),
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, submission_id) references submissions (organisation_id, id) on delete cascade
);
create index submission_steps_submission on submission_steps (organisation_id, submission_id, created_at, id);
create index submission_steps_actor on submission_steps (actor);

create table submission_comments (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  submission_id uuid not null,
  attempt integer not null,
  side text not null check (side in ('publisher', 'marketplace')),
  author uuid references users on delete set null,
  text text not null check (length(text) between 1 and 4000),
  file text check (length(file) <= 240),
  line integer check (line > 0),
  rule text check (length(rule) <= 60),
  settled_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  foreign key (organisation_id, submission_id) references submissions (organisation_id, id) on delete cascade
);
create index submission_comments_submission on submission_comments (organisation_id, submission_id, created_at, id);
create index submission_comments_author on submission_comments (author);

create table submission_approvals (
  organisation_id uuid not null,
  submission_id uuid not null,
  attempt integer not null, -- of this package: another one has none
  reviewer uuid not null references users on delete cascade,
  checklist text[] not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (submission_id, attempt, reviewer),
  foreign key (organisation_id, submission_id) references submissions (organisation_id, id) on delete cascade
);
create index submission_approvals_submission on submission_approvals (organisation_id, submission_id);
create index submission_approvals_reviewer on submission_approvals (reviewer);
`;

const releases = `
create table releases (
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  version text not null check (length(version) <= 64),
  channel text not null check (channel in ('stable', 'beta')),
  submission_id uuid not null,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  archive_digest text not null check (archive_digest ~ '^[0-9a-f]{64}$'),
  archive_size bigint not null check (archive_size > 0),
  manifest jsonb not null check (jsonb_typeof(manifest) = 'object'),
  readme text,
  changelog text,
  scan jsonb not null check (jsonb_typeof(scan) = 'object'),
  components jsonb check (jsonb_typeof(components) = 'object'),
  signature_file text not null check (length(signature_file) <= 65536),
  approved_by text not null check (approved_by in ('people', 'rules')),
  released_at timestamptz(3) not null default clock_timestamp(),
  yanked_at timestamptz(3),
  yank_reason text check (length(yank_reason) between 1 and 1000),
  deprecated_at timestamptz(3),
  deprecate_reason text check (length(deprecate_reason) between 1 and 1000),
  primary key (publisher, plugin_id, version),
  check ((yanked_at is null) = (yank_reason is null)),
  check ((deprecated_at is null) = (deprecate_reason is null))
);
create index releases_newest on releases (publisher, plugin_id, released_at desc);
create index releases_digest on releases (digest);

-- What was released stays what it was: whoever installed it must be able to say so.
create function keep_release() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'a release is never deleted'; end if;
  if (to_jsonb(old) - '{yanked_at,yank_reason,deprecated_at,deprecate_reason}'::text[])
    is distinct from (to_jsonb(new) - '{yanked_at,yank_reason,deprecated_at,deprecate_reason}'::text[])
  then raise exception 'a release never changes'; end if;
  return new;
end $$;
create trigger keep_release before update or delete on releases for each row execute function keep_release();
`;

const reviewers = `
alter table users add column is_reviewer boolean not null default false;

drop function find_caller(bytea, uuid);
create function find_caller(hash bytea, known uuid) returns table (
  credential_id uuid, credential text, user_id uuid, organisation_id uuid, role text, plan text, is_operator boolean,
  is_reviewer boolean, expires_at timestamptz, last_used_at timestamptz, second_factor_missing boolean, by_provider boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.system', 'sign-in', true);
  return query select c.id, c.credential, c.user_id, c.organisation_id, m.role, o.plan, u.is_operator, u.is_reviewer,
    c.expires_at, c.last_used_at,
    o.require_second_factor and c.way <> 'sso' and u.managed_by is null and not exists (
      select from second_factors f where f.user_id = c.user_id and f.confirmed_at is not null),
    c.way = 'sso' and u.managed_by is null
  from (
    select s.id, s.kind as credential, s.user_id, s.organisation_id, s.expires_at, s.last_used_at, s.signed_in_by as way
    from sessions s where s.token_hash = hash
    union all
    select s.id, s.kind, s.user_id, s.organisation_id, s.expires_at, s.last_used_at, s.signed_in_by
    from sessions s where s.id = known
    union all
    select t.id, 'api_token', t.user_id, t.organisation_id, t.expires_at, t.last_used_at, 'token'
    from api_tokens t where t.token_hash = hash
    union all
    select t.id, 'api_token', t.user_id, t.organisation_id, t.expires_at, t.last_used_at, 'token'
    from api_tokens t where t.id = known
  ) as c
  join memberships m on m.organisation_id = c.organisation_id and m.user_id = c.user_id
  join organisations o on o.id = c.organisation_id
  join users u on u.id = c.user_id
  where c.expires_at is null or c.expires_at > clock_timestamp();
  perform set_config('app.system', '', true);
end $$;
revoke execute on function find_caller(bytea, uuid) from public;
grant execute on function find_caller(bytea, uuid) to proofpix_app;

drop function find_api_token(bytea, uuid);
create function find_api_token(hash bytea, known uuid) returns table (
  id uuid, user_id uuid, organisation_id uuid, role text, plan text, is_operator boolean, is_reviewer boolean, access text[],
  last_used_at timestamptz, second_factor_missing boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.system', 'sign-in', true);
  return query select t.id, t.user_id, t.organisation_id, m.role, o.plan, u.is_operator, u.is_reviewer, t.access,
    t.last_used_at,
    o.require_second_factor and u.managed_by is null and not exists (
      select from second_factors f where f.user_id = t.user_id and f.confirmed_at is not null)
  from api_tokens t
  join memberships m on m.organisation_id = t.organisation_id and m.user_id = t.user_id
  join organisations o on o.id = t.organisation_id
  join users u on u.id = t.user_id
  where (t.token_hash = hash or t.id = known) and (t.expires_at is null or t.expires_at > clock_timestamp());
  perform set_config('app.system', '', true);
end $$;
revoke execute on function find_api_token(bytea, uuid) from public;
grant execute on function find_api_token(bytea, uuid) to proofpix_app;
`;

const protection = `
select protect_table('publishers');
select protect_table('submissions');
select protect_table('submission_steps');
select protect_table('submission_comments');
select protect_table('submission_approvals');
grant select on releases to proofpix_app;
`;

export const publishing = {
  name: '0022-publishing',
  sql: publishers + submissions + releases + reviewers + protection,
};
