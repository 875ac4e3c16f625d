import { controlNames, controlOfAct, type ControlName } from '@proofpix/contract/controls';
import { limits } from '@proofpix/contract/limits';
import type { AuditAct } from '@proofpix/contract/audit';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation, type Tx } from '../../db/tenancy.ts';
import { listReviewedMembers, listReviewedTokens } from '../access-reviews/queries.ts';
import { showReviewedMember, showReviewedToken } from '../access-reviews/read-open-review.ts';
import { findSpan, readActs, readHeads } from '../audit/queries.ts';
import { showAct, showHead } from '../audit/show-act.ts';
import {
  listInstalled,
  listRestorePoints,
  listRoleActs,
  listSecurityEvents,
  type InstalledRow,
  type RestorePointRow,
  type SecurityEventRow,
} from './queries.ts';
import { rolesAt } from './roles-at.ts';
import type { Spool } from './spool.ts';

const batchRows = 500;

export type Period = { from: Date; to: Date };
type Source = { db: Database; organisationId: string; period: Period; signal: AbortSignal };

/** What is not an act: states and lists beside the trail. `what` says of which moment. */
export const states = {
  members: {
    control: 'access-reviews',
    title: 'Members at the start and at the end',
    what: `Everybody who was a member at either end of the period, with the role at both; how they sign in and when they were last seen are as of the export. Dormant: not seen for ${limits.dormantDays} days`,
  },
  tokens: {
    control: 'access-reviews',
    title: 'API tokens',
    what: 'Every API token as of the export, with its access and its last use. Those that ended stand among the changes of access',
  },
  plugins: {
    control: 'changes',
    title: 'Installed plugins',
    what: 'Every plugin as of the export: the digest of its package, the version of the rules that judged it, whether the scan failed, and who accepted what was found',
  },
  'restore-points': {
    control: 'restores',
    title: 'Restore points',
    what: 'Restore points that were made in the period and are kept still. Older ones of a plugin are deleted as new ones come',
  },
  'security-events': {
    control: 'alerts',
    title: 'Security events',
    what: `What plugins did that was refused or hostile. Events but critical ones are kept as long as the organisation says, and the newest ${limits.securityEventsKept.toLocaleString('en')} of an organisation`,
  },
  heads: {
    control: 'trail',
    title: 'Signed heads',
    what: 'Heads of the chain of the trail that were signed over acts of the period: keep them where nobody can change them',
  },
} as const satisfies Record<string, { control: ControlName; title: string; what: string }>;
export type StateName = keyof typeof states;
export const stateNames = Object.keys(states) as StateName[]; // keys of a constant object

/** All acts of the period in the order of their chain, each into the spool of its control. One batch is in memory. */
export async function collectActs(
  { db, organisationId, period, signal }: Source,
  spools: Readonly<Record<ControlName, Spool>>,
): Promise<void> {
  const trail = organisationId;
  const span = await withOrganisation(db, organisationId, (tx) => findSpan(tx, trail, period));
  if (span === null) return;
  for (let after = span.first - 1; after < span.last;) {
    signal.throwIfAborted();
    const from = after;
    const rows = await withOrganisation(db, organisationId, (tx) =>
      readActs(tx, { trail, after: from, upTo: span.last, limit: batchRows }, period),
    );
    const byControl = Map.groupBy(rows, ({ act }) => controlOf(act));
    for (const name of controlNames)
      await spools[name].add((byControl.get(name) ?? []).map((row) => ({ type: 'act', ...showAct(row) })));
    if (rows.length < batchRows) return;
    after = rows.at(-1)?.position ?? span.last;
  }
}

/** An act that this version no longer knows is never left out. */
function controlOf(act: string): ControlName {
  return Object.hasOwn(controlOfAct, act) ? controlOfAct[act as AuditAct] : 'configuration'; // looked up the line before
}

export async function collectStates(source: Source, spools: Readonly<Record<StateName, Spool>>): Promise<void> {
  await collectPeople(source, spools);
  await collectPlugins(source, spools.plugins);
  await collectRestorePoints(source, spools['restore-points']);
  await collectSecurityEvents(source, spools['security-events']);
  await collectHeads(source, spools.heads);
}

async function collectPeople(
  { db, organisationId, period }: Source,
  spools: Pick<Record<StateName, Spool>, 'members' | 'tokens'>,
): Promise<void> {
  const found = await asSystem(db, 'manage-members', async (tx) => ({
    members: await listReviewedMembers(tx, organisationId),
    tokens: await listReviewedTokens(tx, organisationId),
    acts: await listRoleActs(tx, organisationId, period.from),
  }));
  const now = new Date();
  const [atStart, atEnd] = [
    rolesAt(period.from, found.members, found.acts),
    rolesAt(period.to, found.members, found.acts),
  ];
  const present = new Map(found.members.map((row) => [row.id, showReviewedMember(row, now)]));
  // Who is gone is known by what was recorded of them, unless that was erased.
  const gone = (id: string) => ({
    id,
    name: found.acts.find(({ member, name }) => member === id && name !== null)?.name ?? null,
    email: found.acts.find(({ member, email }) => member === id && email !== null)?.email ?? null,
  });
  const ids = new Set([...atStart.keys(), ...atEnd.keys()]);
  await spools.members.add(
    [...ids].map((id) => {
      const { role: _now, ...known } = present.get(id) ?? { ...gone(id), role: null };
      return {
        type: 'member',
        ...known,
        roleAtStart: atStart.get(id) ?? null,
        roleAtEnd: atEnd.get(id) ?? null,
        memberAtExport: present.has(id),
      };
    }),
  );
  await spools.tokens.add(found.tokens.map((row) => ({ type: 'token', ...showReviewedToken(row) })));
}

/** Page by page, each behind the last row of the one before. */
async function addPages<Row>(
  { db, organisationId, signal }: Source,
  spool: Spool,
  { read, show }: { read: (tx: Tx, after: Row | null) => Promise<Row[]>; show: (row: Row) => object },
): Promise<void> {
  let after: Row | null = null;
  for (;;) {
    signal.throwIfAborted();
    const last: Row | null = after;
    const rows: Row[] = await withOrganisation(db, organisationId, (tx) => read(tx, last));
    await spool.add(rows.map(show));
    if (rows.length < batchRows) return;
    after = rows.at(-1) ?? null;
  }
}

async function collectPlugins(source: Source, spool: Spool): Promise<void> {
  await addPages<InstalledRow>(source, spool, {
    read: (tx, after) => listInstalled(tx, source.organisationId, after?.id ?? null, batchRows),
    show: (row) => ({
      type: 'plugin',
      id: row.plugin_id,
      publisher: row.publisher,
      version: row.version,
      digest: row.digest,
      state: row.state,
      installedAt: row.installed_at.toISOString(),
      killed: row.killed,
      denied: row.denied,
      scan:
        row.scanned_at === null
          ? null
          : {
              ruleSet: row.rule_set,
              failed: row.failed,
              at: row.scanned_at.toISOString(),
              acceptedBy: row.accepted_by,
              acceptedAt: row.accepted_at?.toISOString() ?? null,
            },
    }),
  });
}

async function collectRestorePoints(source: Source, spool: Spool): Promise<void> {
  const { organisationId, period } = source;
  await addPages<RestorePointRow>(source, spool, {
    read: (tx, after) => listRestorePoints(tx, { organisationId, period, after: after?.id ?? null, limit: batchRows }),
    show: (row) => ({
      type: 'restore-point',
      id: row.id,
      plugin: row.plugin_id,
      madeBefore: row.reason,
      version: row.version,
      digest: row.digest,
      by: row.created_by,
      at: row.created_at.toISOString(),
    }),
  });
}

async function collectSecurityEvents(source: Source, spool: Spool): Promise<void> {
  const { organisationId, period } = source;
  await addPages<SecurityEventRow>(source, spool, {
    read: (tx, last) => {
      const after = last === null ? null : { at: last.created_at, id: last.id };
      return listSecurityEvents(tx, { organisationId, period, after, limit: batchRows });
    },
    show: ({ id, plugin_id: plugin, type: kind, created_at: at, ...row }) => ({
      type: 'security-event',
      id,
      plugin,
      kind,
      ...row,
      at: at.toISOString(),
    }),
  });
}

async function collectHeads({ db, organisationId, period }: Source, spool: Spool): Promise<void> {
  await withOrganisation(db, organisationId, async (tx) => {
    const span = await findSpan(tx, organisationId, period);
    if (span === null) return;
    for (let after = span.first - 1; after < span.last; after += batchRows) {
      const upTo = Math.min(after + batchRows, span.last);
      const heads = await readHeads(tx, { trail: organisationId, after, upTo });
      await spool.add(heads.map((head) => ({ type: 'head', ...showHead(head) })));
    }
  });
}
