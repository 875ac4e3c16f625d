import type { Role } from '@proofpix/contract/access';
import type { Tx } from '../../db/tenancy.ts';
import type { RoleAct } from './roles-at.ts';

type Period = { from: Date; to: Date };
export type InstalledRow = Awaited<ReturnType<typeof listInstalled>>[number];
export type RestorePointRow = Awaited<ReturnType<typeof listRestorePoints>>[number];
export type SecurityEventRow = Awaited<ReturnType<typeof listSecurityEvents>>[number];
type Position = { at: Date; id: string } | null;

export async function findOrganisation(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('organisations')
    .select(['name', 'plan', 'require_second_factor'])
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
}

export async function findProvider(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('single_sign_on')
    .select(['issuer', 'required'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

/** What made and ended memberships, and changed roles, since a moment; the newest first. */
export async function listRoleActs(tx: Tx, organisationId: string, since: Date): Promise<RoleAct[]> {
  const rows = await tx
    .selectFrom('audit_acts')
    .select(['act', 'subject_id', 'before', 'after', 'personal', 'created_at'])
    .where('organisation_id', '=', organisationId)
    .where('result', '=', 'done')
    .where('created_at', '>=', since)
    .where('act', 'in', [
      'member.add',
      'member.change-role',
      'member.remove',
      'invitation.accept',
      'organisation.create',
    ])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    act: row.act,
    member: String(
      row.act === 'invitation.accept'
        ? row.after?.member
        : row.act === 'organisation.create'
          ? row.after?.owner
          : row.subject_id,
    ),
    before: (row.before?.role ?? null) as Role | null, // as it was recorded from a membership
    name: typeof row.personal?.name === 'string' ? row.personal.name : null,
    email: typeof row.personal?.email === 'string' ? row.personal.email : null,
    at: row.created_at,
  }));
}

/** What is installed, with what the scanner said last. */
export async function listInstalled(tx: Tx, organisationId: string, after: string | null, limit: number) {
  return tx
    .selectFrom('plugins as p')
    .leftJoin('plugin_scans as s', 's.installation_id', 'p.id')
    .select([
      'p.id',
      'p.plugin_id',
      'p.publisher',
      'p.version',
      'p.digest',
      'p.state',
      'p.installed_at',
      'p.killed',
      'p.denied',
      's.rule_set',
      's.failed',
      's.scanned_at',
      's.accepted_at',
      's.accepted_by',
    ])
    .where('p.organisation_id', '=', organisationId)
    .$if(after !== null, (page) => page.where('p.id', '>', after))
    .orderBy('p.id')
    .limit(limit)
    .execute();
}

/** Restore points that were made in the period and are kept still. */
export async function listRestorePoints(
  tx: Tx,
  {
    organisationId,
    period,
    after,
    limit,
  }: { organisationId: string; period: Period; after: string | null; limit: number },
) {
  return tx
    .selectFrom('plugin_restore_points as r')
    .innerJoin('plugins as p', 'p.id', 'r.installation_id')
    .select(['r.id', 'p.plugin_id', 'r.reason', 'r.version', 'r.digest', 'r.created_by', 'r.created_at'])
    .where('r.organisation_id', '=', organisationId)
    .where('r.created_at', '>=', period.from)
    .where('r.created_at', '<', period.to)
    .$if(after !== null, (page) => page.where('r.id', '>', after))
    .orderBy('r.id')
    .limit(limit)
    .execute();
}

/** Oldest first. */
export async function listSecurityEvents(
  tx: Tx,
  { organisationId, period, after, limit }: { organisationId: string; period: Period; after: Position; limit: number },
) {
  return tx
    .selectFrom('security_events')
    .select([
      'id',
      'plugin_id',
      'version',
      'digest',
      'type',
      'severity',
      'title',
      'detail',
      'evidence',
      'count',
      'created_at',
    ])
    .where('organisation_id', '=', organisationId)
    .where('created_at', '>=', period.from)
    .where('created_at', '<', period.to)
    .$if(after !== null, (page) =>
      page.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('created_at', 'id'), '>', tuple(after?.at ?? new Date(0), after?.id ?? '')),
      ),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}
