/**
 * What became of published plugins. Rows are numbers of a day and never say who; how a publisher is told of them, and that
 * few are not told, is in features/publisher-analytics. Requests do not see them: only the server reads and writes them.
 */
const tables = `
create table publisher_analytics (
  publisher text not null references publishers on delete cascade,
  plugin_id text not null check (length(plugin_id) <= 50),
  day date not null, -- UTC; of a cohort the Monday of its week
  measure text not null check (measure in ('views', 'impressions', 'downloads', 'installs', 'uninstalls', 'updates',
    'installed', 'active', 'searches', 'kept')),
  part text not null check (part in ('all', 'version', 'client', 'country', 'change', 'term', 'age')),
  value text not null default '' check (length(value) <= 140),
  count bigint not null check (count >= 0), -- organisations: each counts once a day
  primary key (publisher, plugin_id, part, measure, value, day)
);

-- How plugins ran, on days on which enough organisations used them: what fewer did is not kept here at all.
create table publisher_usage (
  publisher text not null references publishers on delete cascade,
  plugin_id text not null check (length(plugin_id) <= 50),
  day date not null,
  version text not null check (length(version) <= 64), -- '' for all that too few use to stand alone
  organisations integer not null check (organisations >= 5),
  calls bigint not null check (calls > 0),
  errors bigint not null check (errors >= 0),
  latency jsonb not null check (jsonb_typeof(latency) = 'object'), -- {bucket: count}: see merge_counts
  primary key (publisher, plugin_id, day, version)
);

create table publisher_analytics_days ( -- that are over and counted
  day date primary key,
  counted_at timestamptz(3) not null default clock_timestamp()
);

create aggregate sum_counts (jsonb) (sfunc = merge_counts, stype = jsonb, initcond = '{}');

-- What was installed on a day, over all organisations.
create index audit_acts_installs on audit_acts (created_at)
  where act in ('plugin.install', 'plugin.upgrade', 'plugin.uninstall') and result = 'done';
create index plugins_released on plugins (publisher, plugin_id) where source = 'marketplace';
`;

export const publisherAnalytics = { name: '0028-publisher-analytics', sql: tables };
