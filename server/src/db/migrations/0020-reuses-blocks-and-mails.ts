/** What became of stolen refresh tokens, who may not come back by a provider, and mails that were given up. */
const people = `
-- The language in which somebody asked for a mail last, for those that nobody asks for.
alter table users add column mail_language text not null default 'en' check (mail_language in ('en', 'de'));

-- Sessions that ended because a refresh token came twice: what their person is told, when the session is gone.
create table session_reuses (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  user_id uuid not null,
  user_agent text check (length(user_agent) <= 300), -- of the session
  address text not null check (length(address) <= 100), -- from where the token came again
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index session_reuses_member on session_reuses (organisation_id, user_id);
create index session_reuses_user on session_reuses (user_id, created_at desc, id desc);
select protect_table('session_reuses');

-- Members who were removed here and are still at the provider: they would come back as newcomers.
create table single_sign_on_blocks (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  issuer text not null check (length(issuer) <= 1000),
  subject text not null check (length(subject) between 1 and 255),
  email text not null check (length(email) <= 254), -- for whoever lifts it, and for an invitation
  name text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, issuer, subject)
);
create index single_sign_on_blocks_newest on single_sign_on_blocks (organisation_id, created_at desc, id desc);
select protect_table('single_sign_on_blocks');
`;

const mails = `
-- Given up: kept for the operator, sealed as it was.
alter table mails
  add column given_up_at timestamptz(3),
  add column failure text check (length(failure) <= 100), -- a code, never what a mail server wrote
  add column response integer; -- the number that a mail server answered
create index mails_given_up on mails (given_up_at desc, id desc) where given_up_at is not null;
`;

export const reusesBlocksAndMails = { name: '0020-reuses-blocks-and-mails', sql: people + mails };
