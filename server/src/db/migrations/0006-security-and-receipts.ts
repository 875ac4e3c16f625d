/**
 * What plugins did that was refused or hostile, quarantine, figures of plugins by day, and the limits of organisations.
 * A security event outlives the plugin that caused it, so it carries that plugin's names itself.
 */
const tables = `
create table security_events (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  installation_id uuid, -- null once the plugin is gone
  plugin_id text not null check (length(plugin_id) <= 100),
  version text not null check (length(version) <= 100),
  digest text not null check (length(digest) <= 100),
  type text not null check (length(type) <= 100),
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  title text not null check (length(title) <= 200),
  detail text not null check (length(detail) <= 2000),
  evidence jsonb not null default '{}' check (jsonb_typeof(evidence) = 'object'),
  count integer not null default 1 check (count >= 1), -- how often the same happened within a minute
  created_at timestamptz(3) not null default clock_timestamp(),
  foreign key (organisation_id, installation_id) references plugins (organisation_id, id) on delete set null (installation_id)
);
create index security_events_newest on security_events (organisation_id, created_at desc, id desc);
create index security_events_severity on security_events (organisation_id, severity, created_at desc, id desc);
create index security_events_type on security_events (organisation_id, type, created_at desc, id desc);
create index security_events_plugin on security_events (organisation_id, plugin_id, created_at desc, id desc);
create index security_events_installation on security_events (organisation_id, installation_id, created_at desc, id desc);
-- Pruning. What a plugin reports can be of any severity that it likes, so that alone keeps nothing for ever.
create index security_events_age on security_events (created_at) where severity <> 'critical' or type = 'reported';

create table organisation_limits (
  organisation_id uuid primary key references organisations on delete cascade,
  memory integer check (memory > 0), -- MB
  timeout integer check (timeout > 0), -- ms
  cpu integer check (cpu > 0), -- ms
  requests_per_minute integer check (requests_per_minute > 0),
  updated_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp()
);
create index organisation_limits_updated_by on organisation_limits (updated_by);
`;

const changes = `
alter table plugins drop constraint plugins_state_check;
alter table plugins add constraint plugins_state_check
  check (state in ('loaded', 'unloaded', 'failed', 'quarantined'));

alter table plugin_metrics
  add column day date,
  add column by_host_call jsonb not null default '{}' check (jsonb_typeof(by_host_call) = 'object'), -- {host call: count}
  add column traffic jsonb not null default '{}' check (jsonb_typeof(traffic) = 'object'); -- see merge_traffic
-- By a rewrite and not by an update: row-level security hides all rows from a migration.
alter table plugin_metrics
  alter column day type date using (since at time zone 'utc')::date,
  alter column day set not null,
  drop constraint plugin_metrics_pkey,
  add primary key (installation_id, day, hook);
create index plugin_metrics_age on plugin_metrics (day); -- pruning

create function merge_traffic(a jsonb, b jsonb, most integer) returns jsonb language sql immutable parallel safe as $$
  -- Adds {host: {requests, bytesSent, bytesReceived}} up. Past so many hosts the rest goes together under "other", so
  -- that a plugin which reaches thousands of them cannot make the row grow; hosts that are in it already stay told apart.
  with both_sides as (
    select host, bool_or(known) as known, sum((figures ->> 'requests')::bigint) as requests,
      sum((figures ->> 'bytesSent')::bigint) as sent, sum((figures ->> 'bytesReceived')::bigint) as received
    from (select *, true as known from jsonb_each(a) union all select *, false from jsonb_each(b)) as sides (host, figures, known)
    group by host
  ), ranked as (
    select *, host = 'other' or row_number() over (order by host = 'other', known desc, host collate "C") <= most as named
    from both_sides
  ), merged as (
    select case when named then host else 'other' end as name,
      sum(requests) as requests, sum(sent) as sent, sum(received) as received
    from ranked group by 1
  )
  select coalesce(jsonb_object_agg(name,
    jsonb_build_object('requests', requests, 'bytesSent', sent, 'bytesReceived', received)), '{}') from merged
$$;
`;

const protection = `
select protect_table('security_events');
select protect_table('organisation_limits');
`;

export const securityAndReceipts = { name: '0006-security-and-receipts', sql: tables + changes + protection };
