/**
 * Mail, invitations, confirmed addresses, new passwords, single sign-on.
 *
 * Links are kept as hashes: who reads the tables can use none. `mails`, `email_changes` and `password_resets` belong to no
 * organisation: requests have no right to them at all.
 */
const people = `
-- Somebody who came from the provider of an organisation belongs to it: no password, no other organisation, and an e-mail
-- address that only that provider vouches for. So a provider cannot take the address of anybody else's account.
alter table users
  add column managed_by uuid references organisations on delete cascade,
  add column email_verified_at timestamptz(3),
  add check (managed_by is null or (password_hash is null and not is_operator)),
  drop constraint users_email_key;
create unique index users_email on users (email) where managed_by is null;
create index users_managed_by on users (managed_by) where managed_by is not null;
`;

const mail = `
create table mails (
  id uuid primary key default new_id(),
  content bytea not null, -- sealed: the address, the names and the link
  attempts integer not null default 0,
  claimed_until timestamptz(3), -- somebody is sending it
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp()
);

create table email_changes (
  id uuid primary key default new_id(),
  user_id uuid not null unique references users on delete cascade, -- a newer one takes the place of an older one
  email text not null check (email = lower(email) and length(email) <= 254),
  token_hash bytea not null unique,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp()
);
create index email_changes_expiry on email_changes (expires_at);

create table password_resets (
  id uuid primary key default new_id(),
  email text not null check (email = lower(email) and length(email) <= 254), -- as it was asked for, whoever's it is
  language text not null check (language in ('en', 'de')),
  address text not null check (length(address) <= 100),
  user_id uuid references users on delete cascade, -- null until the job found an account
  token_hash bytea unique,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((user_id is null) = (token_hash is null))
);
create index password_resets_user on password_resets (user_id);
create index password_resets_expiry on password_resets (expires_at);
`;

const invitations = `
create table invitations (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  email text not null check (email = lower(email) and length(email) <= 254),
  role text not null check (role in ('owner', 'admin', 'developer', 'analyst', 'auditor', 'viewer')),
  token_hash bytea not null unique,
  invited_by uuid,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, email),
  foreign key (organisation_id, invited_by) references memberships on delete set null (invited_by)
);
create index invitations_invited_by on invitations (organisation_id, invited_by);
create index invitations_newest on invitations (organisation_id, created_at desc, id desc);
select protect_table('invitations');
`;

const singleSignOn = `
create table single_sign_on (
  organisation_id uuid primary key references organisations on delete cascade,
  issuer text not null check (length(issuer) <= 1000),
  client_id text not null check (length(client_id) between 1 and 500),
  client_secret bytea, -- sealed; a public client has none
  domains jsonb not null check (jsonb_typeof(domains) = 'array'),
  default_role text not null check (default_role in ('admin', 'developer', 'analyst', 'auditor', 'viewer')),
  required boolean not null default false,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create index single_sign_on_domains on single_sign_on using gin (domains jsonb_path_ops);

-- Who somebody at a provider is here: by issuer and subject, never by an address that the provider names.
create table single_sign_on_identities (
  organisation_id uuid not null,
  issuer text not null check (length(issuer) <= 1000),
  subject text not null check (length(subject) between 1 and 255),
  user_id uuid not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, issuer, subject),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index single_sign_on_identities_member on single_sign_on_identities (organisation_id, user_id);

-- A browser is at a provider and will come back with a code.
create table single_sign_on_flows (
  state_hash bytea primary key,
  organisation_id uuid not null references single_sign_on on delete cascade,
  browser_hash bytea not null, -- of the cookie of the browser that began it
  secrets bytea not null, -- sealed: verifier and nonce
  return_to text not null check (length(return_to) <= 2000),
  user_id uuid, -- a member who connects an account; null for whoever signs in
  session_id uuid, -- that began it, then
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index single_sign_on_flows_organisation on single_sign_on_flows (organisation_id, user_id);
create index single_sign_on_flows_expiry on single_sign_on_flows (expires_at);

select protect_table('single_sign_on');
select protect_table('single_sign_on_identities');
select protect_table('single_sign_on_flows');
`;

/**
 * What was proved elsewhere is told apart. The provider asks for a second factor as it sees fit: ours is not asked for
 * there, so nobody can lack it.
 */
const findCaller = `
drop function find_caller(bytea, uuid);
create function find_caller(hash bytea, known uuid) returns table (
  credential_id uuid, credential text, user_id uuid, organisation_id uuid, role text, plan text, is_operator boolean,
  expires_at timestamptz, last_used_at timestamptz, second_factor_missing boolean, by_provider boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.system', 'sign-in', true);
  return query select c.id, c.credential, c.user_id, c.organisation_id, m.role, o.plan, u.is_operator, c.expires_at,
    c.last_used_at,
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
`;

export const invitationsAndSingleSignOn = {
  name: '0014-invitations',
  sql: people + mail + invitations + singleSignOn + findCaller,
};
