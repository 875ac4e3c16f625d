/**
 * What organisations think of plugins, what people report, and who was told of what was taken down. Rows belong to the
 * organisation that wrote them and are read across organisations as system alone; a reference to a rating of another
 * organisation is none of the database's, so that nobody can probe for one.
 */
const ratings = `
create table ratings (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  stars smallint not null check (stars between 1 and 5),
  text text not null default '' check (length(text) <= 2000),
  named boolean not null default false,
  version text not null check (length(version) <= 64), -- used most when it was written
  state text not null check (state in ('visible', 'held', 'rejected')),
  held text check (held in ('burst', 'young', 'changed')),
  rated_at timestamptz(3) not null default clock_timestamp(), -- since when it would count as it does: what bursts are counted by
  edited_at timestamptz(3),
  -- Taken back. The row stays, with what was decided about it: deleting and rating again must gain nothing.
  withdrawn_at timestamptz(3),
  author uuid references users on delete set null,
  reply text check (length(reply) between 1 and 2000),
  replied_at timestamptz(3),
  replied_by uuid references users on delete set null,
  decided_by uuid references users on delete set null,
  decided_at timestamptz(3),
  decision_reason text check (length(decision_reason) between 1 and 1000),
  appeal text check (length(appeal) between 1 and 2000),
  appealed_at timestamptz(3),
  appeal_decided_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  unique (organisation_id, publisher, plugin_id),
  check ((held is null) or state = 'held'),
  check ((reply is null) = (replied_at is null)),
  check ((appeal is null) = (appealed_at is null))
);
create index ratings_listing on ratings (publisher, plugin_id, created_at desc, id desc);
create index ratings_recent on ratings (publisher, plugin_id, rated_at);
create index ratings_waiting on ratings (state, rated_at, id) where state <> 'visible' and withdrawn_at is null;
create index ratings_author on ratings (author);
create index ratings_replied_by on ratings (replied_by);
create index ratings_decided_by on ratings (decided_by);

create table rating_people ( -- who led the organisation whenever it rated: leaving it gives nobody a second voice
  organisation_id uuid not null,
  rating_id uuid not null,
  user_id uuid not null references users on delete cascade,
  primary key (rating_id, user_id),
  foreign key (organisation_id, rating_id) references ratings (organisation_id, id) on delete cascade
);
create index rating_people_rating on rating_people (organisation_id, rating_id);
create index rating_people_user on rating_people (user_id);

create table rating_votes (
  organisation_id uuid not null references organisations on delete cascade,
  rating_id uuid not null, -- of another organisation; goes with it by the trigger below
  user_id uuid not null references users on delete cascade,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (rating_id, organisation_id),
  unique (rating_id, user_id)
);
create index rating_votes_organisation on rating_votes (organisation_id);
create index rating_votes_user on rating_votes (user_id);

create table rating_totals ( -- belongs to everybody: of ratings that count, how many have which stars
  publisher text not null check (length(publisher) <= 50),
  plugin_id text not null check (length(plugin_id) <= 50),
  one integer not null default 0 check (one >= 0),
  two integer not null default 0 check (two >= 0),
  three integer not null default 0 check (three >= 0),
  four integer not null default 0 check (four >= 0),
  five integer not null default 0 check (five >= 0),
  primary key (publisher, plugin_id)
);

-- Kept here, so that no writer can forget it: not the one that erases an organisation either.
create function count_rating() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  before_reason text := coalesce(current_setting('app.system', true), '');
begin
  if tg_op <> 'INSERT' and old.state = 'visible' and old.withdrawn_at is null then
    update rating_totals set one = one - (old.stars = 1)::int, two = two - (old.stars = 2)::int,
      three = three - (old.stars = 3)::int, four = four - (old.stars = 4)::int, five = five - (old.stars = 5)::int
    where publisher = old.publisher and plugin_id = old.plugin_id;
  end if;
  if tg_op <> 'DELETE' and new.state = 'visible' and new.withdrawn_at is null then
    insert into rating_totals as known (publisher, plugin_id, one, two, three, four, five)
    values (new.publisher, new.plugin_id, (new.stars = 1)::int, (new.stars = 2)::int, (new.stars = 3)::int, (new.stars = 4)::int,
      (new.stars = 5)::int)
    on conflict (publisher, plugin_id) do update set one = known.one + excluded.one, two = known.two + excluded.two,
      three = known.three + excluded.three, four = known.four + excluded.four, five = known.five + excluded.five;
  end if;
  if tg_op = 'DELETE' then
    perform set_config('app.system', 'ratings', true);
    delete from rating_votes where rating_id = old.id;
    perform set_config('app.system', before_reason, true);
  end if;
  return null;
end $$;
create trigger count_rating after insert or update or delete on ratings for each row execute function count_rating();
`;

const reports = `
create table abuse_reports (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  reporter uuid references users on delete set null,
  kind text not null check (kind in ('listing', 'rating', 'publisher')),
  subject text not null check (length(subject) <= 110), -- what it is about, as one text
  publisher text not null check (length(publisher) <= 50),
  plugin_id text check (length(plugin_id) <= 50),
  rating_id uuid,
  category text not null check (length(category) <= 20),
  text text not null check (length(text) between 1 and 2000),
  state text not null default 'open' check (state in ('open', 'in-review', 'acted', 'dismissed')),
  reason text check (length(reason) between 1 and 1000),
  decided_by uuid references users on delete set null,
  decided_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  check ((state in ('acted', 'dismissed')) = (reason is not null)),
  check ((kind = 'rating') = (rating_id is not null))
);
create index abuse_reports_organisation on abuse_reports (organisation_id);
create index abuse_reports_mine on abuse_reports (reporter, created_at desc, id desc);
create index abuse_reports_queue on abuse_reports (state, created_at, id);
create index abuse_reports_decided_by on abuse_reports (decided_by);
create index abuse_reports_subject on abuse_reports (subject) where state in ('open', 'in-review');
create unique index abuse_reports_one on abuse_reports (reporter, subject) where state in ('open', 'in-review');
`;

const notices = `
create table takedown_notices (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  key text not null check (length(key) <= 300), -- of the act: told once to each
  act text not null check (act in ('yank', 'kill', 'reject-rating', 'remove-reply')),
  side text not null check (side in ('user', 'publisher')),
  publisher text not null check (length(publisher) <= 120),
  plugin_id text check (length(plugin_id) <= 50),
  version text check (length(version) <= 64),
  reason text not null check (length(reason) <= 1200),
  mailed_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, key)
);
create index takedown_notices_newest on takedown_notices (organisation_id, created_at desc, id desc);
create index takedown_notices_to_mail on takedown_notices (created_at) where mailed_at is null;
`;

const use = `
-- What an organisation did with one plugin, day by day.
create index run_steps_used on run_steps (organisation_id, plugin_id, created_at) where ok;
`;

const protection = `
select protect_table('ratings');
select protect_table('rating_people');
select protect_table('rating_votes');
select protect_table('abuse_reports');
select protect_table('takedown_notices');
grant select on rating_totals to proofpix_app;
-- Written as system alone: an organisation that could write its own rows could vote as often as it likes.
revoke insert, update, delete on ratings, rating_people, rating_votes, abuse_reports from proofpix_app;
`;

export const ratingTables = { name: '0026-ratings', sql: ratings + reports + notices + use + protection };
