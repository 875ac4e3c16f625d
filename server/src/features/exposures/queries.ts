import { sql } from 'kysely';
import type { Tx } from '../../db/tenancy.ts';

/** Organisations that an operator is told of, and hosts of each. */
const most = { organisations: 1_000, hosts: 200, members: 200 };

export type FiguresRow = {
  organisation_id: string;
  name: string;
  installed: boolean;
  runs: number;
  photos: number;
  first_at: Date | null;
  last_at: Date | null;
  findings: number;
  bytes_read: number;
  bytes_written: number;
  hosts: Record<string, number> | null;
};

/**
 * What a package did, by organisation: one where it is named, else all of them, which only the system sees. Reads the steps
 * of this package by their index and no other run.
 */
export async function countExposure(tx: Tx, digest: string, organisationId: string | null): Promise<FiguresRow[]> {
  const only = organisationId === null ? sql`true` : sql`s.organisation_id = ${organisationId}::uuid`;
  const { rows } = await sql<FiguresRow>`
    with steps as (
      select s.organisation_id, s.run_id, s.usage,
        case when jsonb_typeof(s.result -> 'findings') = 'array' then jsonb_array_length(s.result -> 'findings') else 0 end as found
      from run_steps as s where s.digest = ${digest} and ${only}
    ), by_run as (
      select organisation_id, run_id, sum(found) as found, sum((usage ->> 'bytesRead')::bigint) as bytes_read,
        sum((usage ->> 'bytesWritten')::bigint) as bytes_written
      from steps group by organisation_id, run_id
    ), figures as (
      select b.organisation_id, count(*) as runs, count(distinct f.sha256) as photos, min(r.created_at) as first_at,
        max(r.created_at) as last_at, sum(b.found) as findings, sum(b.bytes_read) as bytes_read, sum(b.bytes_written) as bytes_written
      from by_run as b
      join runs as r on r.organisation_id = b.organisation_id and r.id = b.run_id
      join files as f on f.organisation_id = r.organisation_id and f.id = r.file_id
      group by b.organisation_id
    ), reached as (
      select organisation_id, jsonb_object_agg(host, requests) as hosts from (
        select organisation_id, host, sum(requests::bigint) as requests,
          row_number() over (partition by organisation_id order by sum(requests::bigint) desc, host) as place
        from steps cross join lateral jsonb_each_text(coalesce(usage -> 'reached', '{}')) as each_host (host, requests)
        group by organisation_id, host
      ) as ranked where place <= ${most.hosts} group by organisation_id
    ), named as (
      select organisation_id, true as installed from plugins as s where s.digest = ${digest} and ${only} group by organisation_id
    )
    select o.id as organisation_id, o.name, coalesce(n.installed, false) as installed, coalesce(x.runs, 0)::bigint as runs,
      coalesce(x.photos, 0)::bigint as photos, x.first_at, x.last_at, coalesce(x.findings, 0)::bigint as findings,
      coalesce(x.bytes_read, 0)::bigint as bytes_read, coalesce(x.bytes_written, 0)::bigint as bytes_written, h.hosts
    from figures as x full join named as n using (organisation_id)
    join organisations as o on o.id = organisation_id
    left join reached as h on h.organisation_id = o.id
    order by coalesce(x.runs, 0) desc, o.id
    limit ${most.organisations}`.execute(tx);
  return rows;
}

/** How many organisations there are in it, however long the list is. Only as system. */
export async function countExposed(tx: Tx, digest: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::bigint as count from (
      select organisation_id from run_steps where digest = ${digest}
      union select organisation_id from plugins where digest = ${digest}
    ) as exposed`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

/** Runs with the package by who started them; null is who is no member any more. */
export async function countStarters(tx: Tx, digest: string, organisationId: string) {
  const { rows } = await sql<{ id: string | null; name: string | null; runs: number }>`
    select case when m.user_id is null then null else u.id end as id, max(u.name) as name, count(*)::bigint as runs
    from (select distinct run_id from run_steps where digest = ${digest} and organisation_id = ${organisationId}::uuid) as s
    join runs as r on r.organisation_id = ${organisationId}::uuid and r.id = s.run_id
    left join memberships as m on m.organisation_id = r.organisation_id and m.user_id = r.created_by
    left join users as u on u.id = m.user_id
    group by 1 order by runs desc, id limit ${most.members + 1}`.execute(tx);
  return rows;
}

export async function findOrganisationName(tx: Tx, organisationId: string): Promise<string> {
  const { name } = await tx
    .selectFrom('organisations')
    .select('name')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
  return name;
}

export async function findOldestRun(tx: Tx, organisationId: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('runs')
    .select('created_at')
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at ?? null;
}

/** The installation that has this package at this moment, with what it was given. */
export async function findInstalled(tx: Tx, digest: string, organisationId: string) {
  const { rows } = await sql<{
    plugin_id: string;
    version: string;
    installed_at: Date;
    granted: string[];
    keys: number;
    bytes: number;
    secrets: string[] | null;
    providers: string[];
  }>`
    select p.plugin_id, p.version, p.installed_at,
      (select coalesce(jsonb_agg(g.permission order by g.permission), '[]') from plugin_permissions as g
        where g.installation_id = p.id and g.decision = 'granted') as granted,
      (select count(*) from plugin_storage as s where s.installation_id = p.id)::bigint as keys,
      (select coalesce(sum(s.size), 0) from plugin_storage as s where s.installation_id = p.id)::bigint as bytes,
      (select c.secrets_set from plugin_configurations as c where c.installation_id = p.id) as secrets,
      (select coalesce(jsonb_agg(o.name order by o.name), '[]')
        from oauth_connections as k join oauth_providers as o on o.id = k.provider_id and o.organisation_id = k.organisation_id
        where k.organisation_id = p.organisation_id and (k.plugins is null or k.plugins ? p.plugin_id)
          and exists (select from plugin_permissions as g
            where g.installation_id = p.id and g.permission = 'oauth' and g.decision = 'granted')) as providers
    from plugins as p where p.organisation_id = ${organisationId}::uuid and p.digest = ${digest} limit 1`.execute(tx);
  return rows[0];
}
