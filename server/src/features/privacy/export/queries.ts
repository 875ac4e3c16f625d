import { sql } from 'kysely';
import { sealedColumns } from '../../../db/sealed-columns.ts';
import type { Tx } from '../../../db/tenancy.ts';

type Row = { readonly [column: string]: unknown };
type Whose = { userId: string; /** Null: in all of them. */ organisationId: string | null };

/** What is kept about a person, kind by kind: the name of its file, what it is, and its rows. Secrets have no column here. */
export const kindsAboutPerson: readonly {
  file: string;
  holds: string;
  rows: (tx: Tx, whose: Whose) => Promise<Row[]>;
}[] = [
  {
    file: 'account.json',
    holds:
      'Your account: address, name, since when, whether there is a password and a second factor (never themselves)',
    rows: (tx, { userId }) =>
      select(
        tx,
        sql`select id, email, name, is_operator, email_verified_at, created_at, password_hash is not null as has_password,
            (select confirmed_at from second_factors f where f.user_id = users.id) as second_factor_since,
            (select count(*) from recovery_codes r where r.user_id = users.id and r.used_at is null) as recovery_codes_left
            from users where id = ${userId}::uuid`,
      ),
  },
  {
    file: 'memberships.json',
    holds: 'Organisations that you are a member of, and your role',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select m.organisation_id, o.name, m.role, m.created_at from memberships m join organisations o on o.id = m.organisation_id
            where m.user_id = ${whose.userId}::uuid and ${inScope(whose, 'm')}`,
      ),
  },
  {
    file: 'sessions.json',
    holds: 'Where you are signed in: device, network address, times',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, kind, signed_in_by, user_agent, address, created_at, last_used_at, expires_at
            from sessions s where user_id = ${whose.userId}::uuid and ${inScope(whose, 's')}`,
      ),
  },
  {
    file: 'api-tokens.json',
    holds: 'Your API tokens: name, what they may do, times; never the token',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, name, access, created_at, last_used_at, last_used_from, expires_at
            from api_tokens t where user_id = ${whose.userId}::uuid and ${inScope(whose, 't')}`,
      ),
  },
  {
    file: 'single-sign-on.json',
    holds: 'Who you are at the provider of an organisation',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select organisation_id, issuer, subject, created_at from single_sign_on_identities i
            where user_id = ${whose.userId}::uuid and ${inScope(whose, 'i')}`,
      ),
  },
  {
    file: 'invitations.json',
    holds: 'Invitations to your address, and those that you made',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, email, role, invited_by, created_at, expires_at from invitations i
            where (invited_by = ${whose.userId}::uuid or email = (select email from users where id = ${whose.userId}::uuid))
              and ${inScope(whose, 'i')}`,
      ),
  },
  {
    file: 'notes.json',
    holds: 'Notes that you wrote beside runs and cases',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, run_id, case_id, text, created_at, changed_at from notes n
            where created_by = ${whose.userId}::uuid and ${inScope(whose, 'n')}`,
      ),
  },
  {
    file: 'runs.json',
    holds: 'Photos that you had examined, by name and digest',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select r.id, r.organisation_id, f.name, f.sha256, f.size, r.state, r.created_at from runs r
            join files f on f.organisation_id = r.organisation_id and f.id = r.file_id
            where r.created_by = ${whose.userId}::uuid and ${inScope(whose, 'r')}`,
      ),
  },
  {
    file: 'cases.json',
    holds: 'Cases that you began',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, title, reference, description, state, created_at from cases c
            where created_by = ${whose.userId}::uuid and ${inScope(whose, 'c')}`,
      ),
  },
  {
    file: 'requests.json',
    holds: 'What you asked admins for, and what you decided',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, kind, plugin_id, version, permissions, reason, state, decision_reason,
            requested_by = ${whose.userId}::uuid as yours, created_at, decided_at from plugin_requests q
            where (requested_by = ${whose.userId}::uuid or decided_by = ${whose.userId}::uuid) and ${inScope(whose, 'q')}`,
      ),
  },
  {
    file: 'ratings.json',
    holds: 'Ratings of plugins that you wrote, and replies to ratings',
    rows: (tx, whose) =>
      select(
        tx,
        // Which organisation wrote the rating that somebody replied to, is not theirs to know.
        sql`select id, organisation_id, publisher, plugin_id, stars, text, null as reply, created_at, edited_at
            from ratings g where author = ${whose.userId}::uuid and ${inScope(whose, 'g')}
            union all select id, null, publisher, plugin_id, null, null, reply, replied_at, null
            from ratings where replied_by = ${whose.userId}::uuid`,
      ),
  },
  {
    file: 'abuse-reports.json',
    holds: 'What you reported in the marketplace, and what became of it',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, kind, publisher, plugin_id, category, text, state, reason, created_at, decided_at
            from abuse_reports b where reporter = ${whose.userId}::uuid and ${inScope(whose, 'b')}`,
      ),
  },
  {
    file: 'conversations.json',
    holds: 'What you asked and answered in the marketplace, and wrote in support requests',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select 'question' as kind, q.id, q.organisation_id, q.publisher, q.plugin_id, q.title, q.body as text, q.created_at
              from questions q where q.author = ${whose.userId}::uuid and ${inScope(whose, 'q')}
            union all
            select 'answer', a.id, a.organisation_id, q.publisher, q.plugin_id, q.title, a.body, a.created_at
              from answers a join questions q on q.id = a.question_id
              where a.author = ${whose.userId}::uuid and ${inScope(whose, 'a')}
            union all
            select 'support', m.id, m.organisation_id, r.publisher, r.plugin_id, r.subject, m.text, m.created_at
              from support_messages m
              join support_requests r on r.organisation_id = m.organisation_id and r.id = m.request_id
              -- What they wrote for a publisher stands with the organisation that asked it, which is none of theirs.
              where m.author = ${whose.userId}::uuid and (${inScope(whose, 'm')} or (m.side = 'publisher' and exists (
                select from publishers p where p.name = r.publisher and ${inScope(whose, 'p')})))`,
      ),
  },
  {
    file: 'follows.json',
    holds: 'Publishers that you follow or have muted, and what they announced to you',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select f.choice as kind, f.organisation_id, f.publisher, null as title, f.created_at, null::timestamptz as read_at
              from publisher_follows f where f.user_id = ${whose.userId}::uuid and ${inScope(whose, 'f')}
            union all
            select 'announcement', n.organisation_id, s.publisher, s.title, n.created_at, n.read_at
              from announcement_notices n join announcements s on s.id = n.announcement_id
              where n.user_id = ${whose.userId}::uuid and ${inScope(whose, 'n')}`,
      ),
  },
  {
    file: 'audit-trail.json',
    holds: 'Acts of yours and about you in the audit trail, with the network address they came from',
    rows: (tx, whose) =>
      select(
        tx,
        sql`select id, organisation_id, act, result, actor_id = ${whose.userId} as yours, role, via, subject_kind, subject_id, reason,
            before, after, case when actor_id = ${whose.userId} or actor_kind = 'system' then personal end as personal, created_at
            from audit_acts a where (actor_id = ${whose.userId} or subject_id = ${whose.userId}) and ${inScope(whose, 'a')}
            order by created_at, id`,
      ),
  },
];

function inScope({ organisationId }: Whose, alias: string) {
  return organisationId === null ? sql`true` : sql`${sql.ref(`${alias}.organisation_id`)} = ${organisationId}::uuid`;
}

async function select(tx: Tx, query: ReturnType<typeof sql>): Promise<Row[]> {
  return (await query.execute(tx)).rows as Row[]; // each query names its columns
}

/** Tables that have rows of organisations, but for those of people, which the members stand for. */
export async function findOwnedTables(tx: Tx): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select c.table_name as table, array_agg(c.column_name::text order by c.ordinal_position) as columns
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and (c.data_type <> 'bytea' or (c.table_name, c.column_name) in (('plugin_icons', 'bytes'), ('webhook_received', 'body'), ('audit_acts', 'hash'), ('audit_acts', 'previous'), ('audit_acts', 'personal_digest'), ('audit_acts', 'personal_salt'), ('audit_acts', 'details_digest'), ('audit_acts', 'details_salt'), ('audit_heads', 'hash'), ('audit_cuts', 'hash')))
      and exists (select from information_schema.columns o where o.table_schema = c.table_schema and o.table_name = c.table_name
        and o.column_name = 'organisation_id')
    group by c.table_name order by c.table_name`.execute(tx);
  return rows;
}

/** Left out of an export: what was sealed, hashes of secrets, and the end of an address that is a secret. */
export const leftOut: readonly string[] = [
  ...sealedColumns.map(({ table, column }) => `${table}.${column}`).filter((name) => name !== 'plugin_storage.value'),
  'sessions.token_hash',
  'api_tokens.token_hash',
  'refresh_tokens.token_hash',
  'sign_in_codes.code_hash',
  'sign_in_challenges.challenge_hash',
  'invitations.token_hash',
  'webhook_receivers.token',
  // Moderators are not named, nor who replied for a publisher.
  'ratings.decided_by',
  'ratings.replied_by',
  'abuse_reports.decided_by',
];
const withoutRows: ReadonlySet<string> = new Set([
  'refresh_tokens',
  'sign_in_codes',
  'sign_in_challenges',
  'oauth_flows',
  'single_sign_on_flows',
]);

export function isExported(table: string, column: string): boolean {
  return !withoutRows.has(table) && !leftOut.includes(`${table}.${column}`);
}

/** Rows of a table behind a place, in the order in which they lie there. */
export async function readRows(
  tx: Tx,
  { table, columns }: { table: string; columns: readonly string[] },
  { organisationId, after, limit }: { organisationId: string; after: string; limit: number },
): Promise<{ place: string; row: Row }[]> {
  const own = sql.join(columns.map((column) => sql.ref(column)));
  const { rows } = await sql<{ place: string; row: Row }>`
    select each.place, to_jsonb(each) - 'place' as row from (
      select ctid::text as place, ${own} from ${sql.table(table)}
      where organisation_id = ${organisationId}::uuid and ctid > ${after}::tid order by ctid limit ${limit}) as each`.execute(
    tx,
  );
  return rows;
}

export async function readMembersAndName(tx: Tx, organisationId: string) {
  const organisation = await tx
    .selectFrom('organisations')
    .selectAll()
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
  const members = await tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['u.id', 'u.email', 'u.name', 'm.role', 'm.created_at'])
    .where('m.organisation_id', '=', organisationId)
    .execute();
  return { organisation, members };
}

/** Photos, derived files and reports, each once. */
export async function listObjects(
  tx: Tx,
  { organisationId, after, limit }: { organisationId: string; after: string; limit: number },
): Promise<{ sha256: string }[]> {
  const { rows } = await sql<{ sha256: string }>`select distinct sha256 from (
      select sha256 from files where organisation_id = ${organisationId}::uuid and deleted_at is null
      union all select sha256 from run_files where organisation_id = ${organisationId}::uuid
      union all select sha256 from export_files where organisation_id = ${organisationId}::uuid
      union all select archive_digest from plugins where organisation_id = ${organisationId}::uuid
      union all select archive_digest from plugin_restore_points where organisation_id = ${organisationId}::uuid
      union all select archive_digest from submissions where organisation_id = ${organisationId}::uuid
    ) as every_file where sha256 > ${after} order by sha256 limit ${limit}`.execute(tx);
  return rows;
}
