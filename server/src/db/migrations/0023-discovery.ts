/**
 * What the marketplace is searched by. Everything follows from the rows of the catalog, whoever writes them: columns are
 * computed, words and version are kept by triggers, so that no writer can forget one.
 */
const columns = `
-- Beside the stem of each word the word itself: its beginning, as somebody types it, may go on beyond the stem.
alter table plugin_marketplace_cache drop column search;
alter table plugin_marketplace_cache add column search tsvector not null generated always as (
  setweight(to_tsvector('english', coalesce(listing ->> 'name', '') || ' ' || replace(plugin_id, '-', ' ')), 'A') ||
  setweight(to_tsvector('simple', coalesce(listing ->> 'name', '') || ' ' || replace(plugin_id, '-', ' ')), 'A') ||
  setweight(to_tsvector('english', coalesce(listing -> 'keywords', '[]')), 'B') ||
  setweight(to_tsvector('simple', coalesce(listing -> 'keywords', '[]')), 'B') ||
  setweight(to_tsvector('english', coalesce(listing ->> 'description', '')), 'C') ||
  setweight(to_tsvector('simple', coalesce(listing ->> 'description', '')), 'C') ||
  setweight(to_tsvector('simple', publisher), 'D')
) stored;
-- Read all the time and written seldom: no list of what is yet to be sorted in, which every search would go through.
create index plugin_marketplace_cache_search on plugin_marketplace_cache using gin (search) with (fastupdate = off);
alter table plugin_marketplace_cache
  add column verdict text generated always as (listing ->> 'verdict') stored,
  -- What is counted beside a search, in one text: type, category, verdict and permissions. There are few different ones.
  add column facets text not null generated always as (
    (listing ->> 'type') || ' ' || (listing ->> 'category') || ' ' || coalesce(listing ->> 'verdict', '-') || ' '
      || coalesce(listing ->> 'permissions', '[]')
  ) stored,
  -- Organisations that really use it, and how many more than before: written by the server that counts, never by requests.
  add column active_organisations integer not null default 0 check (active_organisations >= 0),
  add column trend integer not null default 0 check (trend >= 0);
-- A search reads many rows and few listings: those lie apart, and what is matched lies in the row.
alter table plugin_marketplace_cache set (toast_tuple_target = 1024);
alter table plugin_marketplace_cache alter column search set storage main;

-- Nothing in the order of a search comes from downloads any more.
drop index plugin_marketplace_cache_category;
drop index plugin_marketplace_cache_type;
drop index plugin_marketplace_cache_permissions;
create index plugin_marketplace_cache_new on plugin_marketplace_cache (created_at desc);
create index plugin_marketplace_cache_used on plugin_marketplace_cache (active_organisations desc) where active_organisations > 0;
`;

const version = `
create table marketplace_catalog (
  one boolean primary key default true check (one),
  version bigint not null default 1,
  day date not null default (clock_timestamp() at time zone 'utc')::date -- as of which the age of a version counts
);
insert into marketplace_catalog default values;
grant select on marketplace_catalog to proofpix_app;

-- Before the rows: writers take their turn here first, so two of them never wait for each other's rows.
create function change_catalog() returns trigger language plpgsql as $$
begin
  update marketplace_catalog set version = version + 1;
  return null;
end $$;
create trigger change_catalog before insert or delete on plugin_marketplace_cache
  for each statement execute function change_catalog();
create trigger change_catalog_by_update before update of version, version_since, listing, featured on plugin_marketplace_cache
  for each statement execute function change_catalog();
`;

const words = `
create table marketplace_words (
  word text collate "C" primary key check (length(word) between 3 and 40),
  listings integer not null check (listings >= 0)
);
grant select on marketplace_words to proofpix_app;

create function listing_words(publisher text, plugin_id text, listing jsonb) returns setof text
  language sql immutable parallel safe as $$
  select word from unnest(tsvector_to_array(to_tsvector('simple', concat_ws(' ', listing ->> 'name',
    replace(plugin_id, '-', ' '), listing ->> 'keywords', listing ->> 'description', publisher)))) as each (word)
  where length(word) between 3 and 40 and word !~ '^[0-9]'
$$;

create function count_words() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into marketplace_words as known (word, listings)
      select word, count(*) from new_rows as n, listing_words(n.publisher, n.plugin_id, n.listing) as each (word) group by word order by word
      on conflict (word) do update set listings = known.listings + excluded.listings;
  elsif tg_op = 'DELETE' then
    update marketplace_words as known set listings = known.listings - gone.listings from (
      select word, count(*) as listings from old_rows as o, listing_words(o.publisher, o.plugin_id, o.listing) as each (word) group by word
    ) as gone where gone.word = known.word;
  else
    insert into marketplace_words as known (word, listings)
      select word, count(*) from new_rows as n
        join old_rows as o using (source, publisher, plugin_id), listing_words(n.publisher, n.plugin_id, n.listing) as each (word)
      where n.listing is distinct from o.listing group by word order by word
      on conflict (word) do update set listings = known.listings + excluded.listings;
    update marketplace_words as known set listings = known.listings - gone.listings from (
      select word, count(*) as listings from old_rows as o
        join new_rows as n using (source, publisher, plugin_id), listing_words(o.publisher, o.plugin_id, o.listing) as each (word)
      where n.listing is distinct from o.listing group by word
    ) as gone where gone.word = known.word;
  end if;
  -- A word of which nothing is left is suggested to nobody.
  if tg_op <> 'INSERT' then delete from marketplace_words where listings = 0; end if;
  return null;
end $$;
create trigger count_new_words after insert on plugin_marketplace_cache referencing new table as new_rows
  for each statement execute function count_words();
create trigger count_changed_words after update on plugin_marketplace_cache referencing old table as old_rows new table as new_rows
  for each statement execute function count_words();
create trigger count_gone_words after delete on plugin_marketplace_cache referencing old table as old_rows
  for each statement execute function count_words();
create index marketplace_words_unused on marketplace_words (word) where listings = 0;

insert into marketplace_words (word, listings)
  select word, count(*) from plugin_marketplace_cache as c, listing_words(c.publisher, c.plugin_id, c.listing) as each (word) group by word;
`;

export const discovery = { name: '0023-discovery', sql: columns + version + words };
