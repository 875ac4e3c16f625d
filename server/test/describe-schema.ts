import { sql } from 'kysely';
import type { Database } from '../src/db/database.ts';

/**
 * The schema as text, the same on both databases: what a review of migrations looks at, and what a test compares.
 * Vitest's -u writes it anew.
 */
export async function describeSchema(database: Database): Promise<string> {
  const lines = await Promise.all(
    [tables, columns, constraints, indexes, policies, triggers, functions, grants].map((query) =>
      query.execute(database.owner),
    ),
  );
  return lines.map(({ rows }) => rows.map(({ line }) => line.replaceAll(/\s+/g, ' ')).join('\n')).join('\n\n') + '\n';
}

type Line = { line: string };

const tables = sql<Line>`
  select format('table %s%s%s', c.relname, case when relrowsecurity then ', row-level security' else '' end,
    case when relforcerowsecurity then ' forced' else '' end) as line
  from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') order by c.relname collate "C"`;

const columns = sql<Line>`
  select format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' else '' end,
    case when a.attgenerated = 's' then ' generated ' when d.adbin is not null then ' default ' else '' end || coalesce(pg_get_expr(d.adbin, d.adrelid), '')) as line
  from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  order by c.relname collate "C", a.attnum`;

/** Newer servers keep "not null" as a constraint as well; here it stands with the column. */
const constraints = sql<Line>`
  select format('constraint %s.%s %s', c.relname, con.conname, pg_get_constraintdef(con.oid)) as line
  from pg_constraint con join pg_class c on c.oid = con.conrelid
  where con.connamespace = 'public'::regnamespace and con.contype in ('c', 'f', 'p', 'u', 'x')
  order by c.relname collate "C", con.conname collate "C"`;

const indexes = sql<Line>`
  select indexdef as line from pg_indexes where schemaname = 'public' order by indexname collate "C"`;

const policies = sql<Line>`
  select format('policy %s.%s %s to %s using %s check %s', tablename, policyname, cmd, array_to_string(roles, ', '), qual, coalesce(with_check, '-')) as line
  from pg_policies where schemaname = 'public' order by tablename collate "C", policyname collate "C"`;

const triggers = sql<Line>`
  select pg_get_triggerdef(t.oid) as line from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = 'public'::regnamespace and not t.tgisinternal order by c.relname collate "C", t.tgname collate "C"`;

const functions = sql<Line>`
  select format('function %s(%s) returns %s%s %s', p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
    case when p.prosecdef then ' security definer' else '' end, md5(p.prosrc)) as line
  from pg_proc p where p.pronamespace = 'public'::regnamespace order by p.proname collate "C"`;

const grants = sql<Line>`
  select format('grant on %s: %s', c.relname, string_agg(g.privilege_type || ' to ' || g.grantee::regrole, ', ' order by g.grantee::regrole::text collate "C", g.privilege_type collate "C")) as line
  from pg_class c, lateral aclexplode(c.relacl) g
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and g.grantee::regrole::text = 'proofpix_app'
  group by c.relname order by c.relname collate "C"`;
