/**
 * What other servers follow of this marketplace, and what this server knows of the one that it follows. Shards spread the
 * catalog over files: nothing depends on their hash being hard to meet.
 */
const catalog = `
create table catalog_changes ( -- plugins whose part of the published catalog is to be written again
  id bigint primary key generated always as identity,
  publisher text not null,
  plugin_id text not null
);
create function note_catalog_change() returns trigger language plpgsql as $$
begin
  insert into catalog_changes (publisher, plugin_id) values (new.publisher, new.plugin_id);
  return new;
end $$;
create trigger note_catalog_change after insert or update on releases
  for each row execute function note_catalog_change();
create trigger note_catalog_change after insert on plugin_prices
  for each row execute function note_catalog_change();
insert into catalog_changes (publisher, plugin_id) select distinct publisher, plugin_id from releases;
-- What is sold here is licensed here: no other server could ask for the licence.
create function is_sold(publisher text, plugin_id text) returns boolean language sql stable as $$
  select coalesce((select price.kind <> 'free' from plugin_prices as price
    where price.publisher = is_sold.publisher and price.plugin_id = is_sold.plugin_id
    order by price.created_at desc, price.id desc limit 1), false)
$$;
create index releases_shard on releases (left(md5(publisher || '/' || plugin_id), 2), publisher, plugin_id);
create index releases_archive on releases (archive_digest);
`;

const followed = `
create table followed_marketplaces (
  source text primary key check (source ~ '^marketplace:[^ ]+$' and length(source) <= 272),
  first_root text not null check (first_root ~ '^[0-9a-f]{64}$'), -- the root that was believed to begin with
  trusted_by text not null check (trusted_by in ('first-use', 'file')),
  trusted_at timestamptz(3) not null default clock_timestamp(),
  confirmed_at timestamptz(3) -- when it last said what is the newest
);
create table followed_files ( -- its metadata and catalog, by the names under which it serves them
  source text not null,
  name text not null check (length(name) <= 120),
  bytes bytea not null check (length(bytes) <= 33554432),
  current boolean not null, -- false: fetched, and nothing that is believed leads to it yet
  primary key (source, name)
);
create table followed_archives ( -- that lie here too
  archive_digest text primary key check (archive_digest ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size > 0),
  used_at timestamptz(3) not null default clock_timestamp()
);
alter table plugins drop constraint plugins_source_check;
alter table plugins add constraint plugins_source_check
  check (source in ('upload', 'bundled', 'marketplace') or (source ~ '^marketplace:[^ ]+$' and length(source) <= 272));
`;

export const following = { name: '0025-following', sql: catalog + followed };
