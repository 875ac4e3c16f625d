/**
 * What people of several organisations say to each other in the marketplace. Questions and announcements are for everybody
 * and belong to no organisation: requests have no rights to them. A support request has two sides and is the customer's row:
 * requests in the customer's name may write what the customer says, and nothing that only the publisher or the clock may say.
 */
const questions = `
create table questions (
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete set null, -- with it the name of its author goes
  author uuid references users on delete set null,
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  title text not null check (length(title) between 1 and 120),
  body text not null check (length(body) between 1 and 4000),
  flags integer not null default 0,
  hidden_at timestamptz(3),
  hidden_reason text check (length(hidden_reason) between 1 and 1000),
  edited_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((hidden_at is null) = (hidden_reason is null))
);
create index questions_newest on questions (publisher, plugin_id, created_at desc, id desc);
create index questions_organisation on questions (organisation_id);
create index questions_author on questions (author, created_at);
create index questions_flagged on questions (flags desc, created_at desc) where flags > 0 or hidden_at is not null;

create table answers (
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete set null,
  author uuid references users on delete set null,
  question_id uuid not null references questions on delete cascade,
  by_publisher boolean not null, -- when it was written: it stays so, whoever has the publisher later
  body text not null check (length(body) between 1 and 4000),
  accepted_at timestamptz(3),
  flags integer not null default 0,
  hidden_at timestamptz(3),
  hidden_reason text check (length(hidden_reason) between 1 and 1000),
  edited_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((hidden_at is null) = (hidden_reason is null))
);
create index answers_question on answers (question_id, created_at, id);
create unique index answers_accepted on answers (question_id) where accepted_at is not null;
create index answers_organisation on answers (organisation_id);
create index answers_author on answers (author, created_at);
create index answers_flagged on answers (flags desc, created_at desc) where flags > 0 or hidden_at is not null;

create table question_flags ( -- one of a person, so that nobody counts twice
  post_id uuid not null, -- of a question or an answer
  user_id uuid not null references users on delete cascade,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (post_id, user_id)
);
create index question_flags_user on question_flags (user_id);
`;

const support = `
create table support_requests (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade, -- the customer
  publisher text not null check (length(publisher) <= 50), -- no reference: whoever has the name answers
  plugin_id text not null check (length(plugin_id) <= 50),
  subject text not null check (length(subject) between 1 and 120),
  plugin_version text check (length(plugin_version) <= 64),
  platform_version text check (length(platform_version) <= 64),
  error_code text check (length(error_code) <= 60),
  state text not null default 'open' check (state in ('open', 'answered', 'waiting', 'solved', 'closed')),
  state_since timestamptz(3) not null default clock_timestamp(),
  first_answer_at timestamptz(3),
  ended_at timestamptz(3),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  check ((state in ('solved', 'closed')) = (ended_at is not null))
);
create index support_requests_customer on support_requests (organisation_id, created_at desc, id desc);
create index support_requests_publisher on support_requests (publisher, created_at desc, id desc);
create index support_requests_created_by on support_requests (created_by);

create table support_messages (
  id uuid primary key default new_id(),
  organisation_id uuid not null, -- the customer, whichever side wrote it
  request_id uuid not null,
  side text not null default 'customer' check (side in ('customer', 'publisher')),
  author uuid references users on delete set null,
  text text not null check (length(text) between 1 and 4000),
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, request_id) references support_requests (organisation_id, id) on delete cascade
);
create index support_messages_request on support_messages (organisation_id, request_id, created_at, id);
create index support_messages_author on support_messages (author);
`;

const announcements = `
create table announcements (
  id uuid primary key default new_id(),
  organisation_id uuid references organisations on delete set null, -- who announced it; it gets no notice
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  kind text not null check (kind in ('news', 'security', 'deprecation', 'release')),
  version text check (length(version) <= 64),
  title text not null check (length(title) between 1 and 120),
  body text not null default '' check (length(body) <= 4000),
  sent_through uuid, -- the last organisation that was gone through, for whoever goes on after a crash
  reached integer not null default 0,
  sent_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  check ((kind = 'release') = (version is not null))
);
create index announcements_newest on announcements (publisher, created_at desc, id desc);
create index announcements_plugin on announcements (publisher, plugin_id, created_at);
create index announcements_organisation on announcements (organisation_id);
create index announcements_waiting on announcements (id) where sent_at is null;

create table publisher_follows (
  organisation_id uuid not null,
  user_id uuid not null,
  publisher text not null check (length(publisher) <= 50),
  choice text not null check (choice in ('follows', 'muted')),
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, user_id, publisher),
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index publisher_follows_publisher on publisher_follows (publisher, organisation_id);

create table announcement_notices (
  organisation_id uuid not null,
  user_id uuid not null,
  announcement_id uuid not null references announcements on delete cascade,
  read_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (organisation_id, user_id, announcement_id), -- once for a member, also who follows and has it installed
  foreign key (organisation_id, user_id) references memberships on delete cascade
);
create index announcement_notices_newest on announcement_notices (organisation_id, user_id, created_at desc, announcement_id desc);
create index announcement_notices_announcement on announcement_notices (announcement_id);
create index announcement_notices_age on announcement_notices (created_at);
create index plugins_published on plugins (publisher, plugin_id, organisation_id) where source = 'marketplace';
`;

const protection = `
select protect_table('support_requests');
select protect_table('support_messages');
select protect_table('publisher_follows');
select protect_table('announcement_notices');
revoke insert, update, delete on support_requests, support_messages from proofpix_app;
grant insert (organisation_id, publisher, plugin_id, subject, plugin_version, platform_version, error_code, created_by)
  on support_requests to proofpix_app;
grant update (state, state_since, ended_at) on support_requests to proofpix_app;
grant insert (organisation_id, request_id, author, text) on support_messages to proofpix_app;
-- Who gets a notice is decided where both sides are seen; whoever got one marks it as read.
revoke insert, update, delete on announcement_notices from proofpix_app;
grant update (read_at) on announcement_notices to proofpix_app;
-- What is told to everybody it went to. Not how many those are.
grant select (id, publisher, plugin_id, kind, version, title, body) on announcements to proofpix_app;
`;

export const conversations = { name: '0027-conversations', sql: questions + support + announcements + protection };
