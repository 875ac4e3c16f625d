/**
 * Rules of all migrations:
 * - A tenant table carries `organisation_id`, and every reference between tenant tables carries it too: a foreign key is
 *   checked without row-level security, so a plain one could be used to point at (and so to probe for) another
 *   organisation's row. `protect_table` comes right after its creation; a test finds a table that was forgotten.
 * - Times are timestamptz(3): a JavaScript Date holds milliseconds, and a cursor that had lost microseconds would skip rows.
 * - Lists are newest first by (created_at, id). `new_id()` is time-ordered, so rows of one millisecond keep their order.
 * - A migration that was released is never edited: its checksum is compared at every start.
 */
const functions = `
create function new_id() returns uuid language sql volatile parallel safe as $$
  -- RFC 9562 version 7, method 3: milliseconds, then the microseconds as 12 bits. uuidv7() does not exist before PostgreSQL 18.
  select (lpad(to_hex(t / 1000), 12, '0') || '7' || lpad(to_hex((t % 1000) * 4096 / 1000), 3, '0')
    || substr(gen_random_uuid()::text, 20))::uuid
  from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as t) as clock
$$;

create function set_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;

create function merge_counts(a jsonb, b jsonb) returns jsonb language sql immutable parallel safe as $$
  -- Adds two histograms {bucket: count}, so that concurrent writers of metrics add up instead of overwriting each other.
  select coalesce(jsonb_object_agg(bucket, total), '{}') from (
    select bucket, sum(count::bigint) as total
    from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) as both_counts (bucket, count)
    group by bucket
  ) as merged
$$;

create function touch_table(touched text) returns void language plpgsql as $$
begin
  if exists (select from pg_attribute where attrelid = touched::regclass and attname = 'updated_at') then
    execute format('create trigger set_updated_at before update on %I for each row execute function set_updated_at()', touched);
  end if;
end $$;

create function protect_table(tenant text) returns void language plpgsql as $$
begin
  -- Requests run as proofpix_app and see the organisation that the transaction was opened for; without one, nothing.
  -- proofpix_owner sees rows only where asSystem set its reason: forced, because an owner is exempt otherwise.
  execute format('alter table %I enable row level security', tenant);
  execute format('alter table %I force row level security', tenant);
  execute format('create policy system_only on %I to proofpix_owner
    using (coalesce(current_setting(''app.system'', true), '''') <> '''')
    with check (coalesce(current_setting(''app.system'', true), '''') <> '''')', tenant);
  execute format('grant select, insert, update, delete on %I to proofpix_app', tenant);
  if exists (select from pg_attribute where attrelid = tenant::regclass and attname = 'organisation_id') then
    execute format('create policy organisation_only on %I to proofpix_app
      using (organisation_id = nullif(current_setting(''app.organisation'', true), '''')::uuid)
      with check (organisation_id = nullif(current_setting(''app.organisation'', true), '''')::uuid)', tenant);
  end if;
  perform touch_table(tenant);
end $$;

revoke execute on function touch_table(text), protect_table(text) from public;
`;

const tables = `
create table organisations (
  id uuid primary key default new_id(),
  name text not null check (length(name) between 1 and 100),
  plan text not null default 'free' check (plan in ('free', 'professional', 'enterprise')),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create unique index organisations_name on organisations (lower(name));

create table users (
  id uuid primary key default new_id(),
  email text not null unique check (email = lower(email) and length(email) <= 254),
  name text not null check (length(name) between 1 and 100),
  password_hash text,
  is_operator boolean not null default false,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);

create table memberships (
  organisation_id uuid not null references organisations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'developer', 'analyst', 'auditor', 'viewer')),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, user_id)
);
create index memberships_user on memberships (user_id);

-- Sessions, tokens and codes hang on the membership: removing the member ends them in the same statement.
create table sessions (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  user_id uuid not null,
  token_hash bytea not null unique,
  kind text not null check (kind in ('cookie', 'bearer')),
  expires_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index sessions_member on sessions (organisation_id, user_id);
create index sessions_expiry on sessions (expires_at);

create table api_tokens (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  user_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  token_hash bytea not null unique,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index api_tokens_member on api_tokens (organisation_id, user_id, created_at desc, id desc);

create table sign_in_codes (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  user_id uuid not null,
  code_hash bytea not null unique,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index sign_in_codes_member on sign_in_codes (organisation_id, user_id);
create index sign_in_codes_expiry on sign_in_codes (expires_at);

create table organisation_keys (
  organisation_id uuid not null references organisations on delete cascade,
  purpose text not null check (purpose in ('evidence')),
  public_key text not null,
  private_key bytea not null, -- sealed
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, purpose)
);
`;

const protection = `
select protect_table('organisations');
select protect_table('users');
select protect_table('memberships');
select protect_table('sessions');
select protect_table('api_tokens');
select protect_table('sign_in_codes');
select protect_table('organisation_keys');

create policy organisation_only on organisations to proofpix_app
  using (id = nullif(current_setting('app.organisation', true), '')::uuid)
  with check (id = nullif(current_setting('app.organisation', true), '')::uuid);
create policy organisation_only on users for select to proofpix_app
  using (exists (select from memberships m where m.user_id = users.id
    and m.organisation_id = nullif(current_setting('app.organisation', true), '')::uuid));
-- People and organisations are changed through asSystem only.
revoke insert, update, delete on organisations, users from proofpix_app;
`;

/** Who a token belongs to, in one statement without a transaction: it is asked at every request. */
const findCaller = `
create function find_caller(hash bytea) returns table (
  credential_id uuid, credential text, user_id uuid, organisation_id uuid, role text, plan text, is_operator boolean,
  expires_at timestamptz, last_used_at timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- A "set app.system" clause on the function would need a superuser.
  perform set_config('app.system', 'sign-in', true);
  return query select c.id, c.credential, c.user_id, c.organisation_id, m.role, o.plan, u.is_operator, c.expires_at, c.last_used_at
  from (
    select s.id, s.kind as credential, s.user_id, s.organisation_id, s.expires_at, s.last_used_at
    from sessions s where s.token_hash = hash
    union all
    select t.id, 'api_token', t.user_id, t.organisation_id, t.expires_at, t.last_used_at
    from api_tokens t where t.token_hash = hash
  ) as c
  join memberships m on m.organisation_id = c.organisation_id and m.user_id = c.user_id
  join organisations o on o.id = c.organisation_id
  join users u on u.id = c.user_id
  where c.expires_at is null or c.expires_at > clock_timestamp();
  perform set_config('app.system', '', true);
end $$;
revoke execute on function find_caller(bytea) from public;
grant execute on function find_caller(bytea) to proofpix_app;
`;

export const accounts = { name: '0001-accounts', sql: functions + tables + protection + findCaller };
