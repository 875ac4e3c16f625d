/** Access tokens that are signed and short, refresh tokens that are used once, and the second factor of a person. */
const sessions = `
-- What was signed in with an access token that is looked up by its hash signs in again: the new ones are another kind.
select set_config('app.system', 'migrate', true);
delete from sessions where kind = 'bearer';
delete from oauth_flows;
select set_config('app.system', '', true);

alter table sessions
  alter column token_hash drop not null, -- only a cookie is looked up by it
  add column signed_in_by text not null default 'password' check (length(signed_in_by) between 1 and 30),
  add column user_agent text check (length(user_agent) <= 300),
  add column address text check (length(address) <= 100),
  add check ((kind = 'cookie') = (token_hash is not null)),
  add unique (organisation_id, id);
alter table sessions alter column signed_in_by drop default;
create index sessions_user on sessions (user_id, created_at desc, id desc);

-- All that a session ever had, until it ends: one that was used and comes again tells of a theft.
create table refresh_tokens (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  session_id uuid not null,
  token_hash bytea not null unique,
  used_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, session_id) references sessions (organisation_id, id) on delete cascade
);
create index refresh_tokens_session on refresh_tokens (organisation_id, session_id);

-- The password was right, the code of the second factor is still to come.
create table sign_in_challenges (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  user_id uuid not null,
  challenge_hash bytea not null unique,
  kind text not null check (kind in ('cookie', 'bearer')),
  attempts integer not null default 0,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index sign_in_challenges_member on sign_in_challenges (organisation_id, user_id);
create index sign_in_challenges_user on sign_in_challenges (user_id);
create index sign_in_challenges_expiry on sign_in_challenges (expires_at);

-- The session itself, which outlives its access tokens.
alter table oauth_flows drop column credential_hash, add column credential_id uuid not null;
`;

/** Of people, not of organisations: only asSystem touches them. */
const factors = `
alter table organisations add column require_second_factor boolean not null default false;

create table second_factors (
  user_id uuid primary key references users on delete cascade,
  secret bytea not null, -- sealed
  confirmed_at timestamptz(3), -- null: begun, and asked for by nobody yet
  last_step bigint not null default 0, -- of the newest code that was taken: no code counts twice
  created_at timestamptz(3) not null default clock_timestamp()
);

create table recovery_codes (
  user_id uuid not null references users on delete cascade,
  code_hash bytea not null,
  used_at timestamptz(3),
  primary key (user_id, code_hash)
);

create table signing_keys ( -- of access tokens
  key_id text primary key check (key_id ~ '^[A-Za-z0-9_-]{43}$'),
  public_key text not null check (length(public_key) <= 60),
  private_key bytea, -- sealed; taken away when the next key signs
  created_at timestamptz(3) not null default clock_timestamp(),
  valid_until timestamptz(3), -- null: it signs
  check ((private_key is null) = (valid_until is not null))
);
create unique index signing_keys_current on signing_keys ((true)) where valid_until is null;
`;

const protection = `
select protect_table('refresh_tokens');
select protect_table('sign_in_challenges');
`;

/** By the hash of a secret, or by the id of a session or token that was proven otherwise. */
const findCaller = `
drop function find_caller(bytea);
create function find_caller(hash bytea, known uuid) returns table (
  credential_id uuid, credential text, user_id uuid, organisation_id uuid, role text, plan text, is_operator boolean,
  expires_at timestamptz, last_used_at timestamptz, second_factor_missing boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.system', 'sign-in', true);
  return query select c.id, c.credential, c.user_id, c.organisation_id, m.role, o.plan, u.is_operator, c.expires_at,
    c.last_used_at, o.require_second_factor and not exists (
      select from second_factors f where f.user_id = c.user_id and f.confirmed_at is not null)
  from (
    select s.id, s.kind as credential, s.user_id, s.organisation_id, s.expires_at, s.last_used_at
    from sessions s where s.token_hash = hash
    union all
    select s.id, s.kind, s.user_id, s.organisation_id, s.expires_at, s.last_used_at
    from sessions s where s.id = known
    union all
    select t.id, 'api_token', t.user_id, t.organisation_id, t.expires_at, t.last_used_at
    from api_tokens t where t.token_hash = hash
    union all
    select t.id, 'api_token', t.user_id, t.organisation_id, t.expires_at, t.last_used_at
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
`;

export const sessionsAndFactors = { name: '0013-sessions', sql: sessions + factors + protection + findCaller };
