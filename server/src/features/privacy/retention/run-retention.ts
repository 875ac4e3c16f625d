import { randomUUID } from 'node:crypto';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { RetentionDone } from '@proofpix/contract/privacy';
import {
  daysOf,
  retentionKinds,
  retentionNames,
  type RetentionDays,
  type RetentionName,
} from '@proofpix/contract/retention';
import { cutText } from '@proofpix/evidence/audit/chain';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { recordAct, systemActor, type Actor } from '../../audit/record-act.ts';
import { lockTrail } from '../../audit/seal/queries.ts';
import { showHead } from '../../audit/show-act.ts';
import { deletePoint } from '../../plugins/updates/queries.ts';
import { removeRun } from '../../runs/remove-run.ts';
import { deleteExports } from '../erasure/queries.ts';
import type { PrivacyParts } from '../parts.ts';
import { findSettings } from '../settings/queries.ts';
import {
  countActs,
  countRows,
  cutTrail,
  deleteRows,
  findCutHead,
  findOldExports,
  findOldPoints,
  findOldRuns,
  insertRetentionRun,
  rowsOf,
} from './queries.ts';

export type RetentionParts = Pick<PrivacyParts, 'db' | 'keeper' | 'signer' | 'runs'>;

const rowsAtOnce = 1_000;
const dayMilliseconds = 86_400_000;

/** What an organisation keeps for a time; the rest belongs to the server. */
const ofOrganisations = retentionNames.filter((name) => retentionKinds[name].range !== null);

/** Deletes what is older than an organisation keeps it, and proves it: a signed row and an act with the figures. */
export async function runRetention(
  parts: RetentionParts,
  {
    organisationId,
    actor = systemActor('retention'),
    now = new Date(),
  }: { organisationId: string; actor?: Actor; now?: Date },
  signal?: AbortSignal,
) {
  const { db, signer } = parts;
  const { retention } = await asSystem(db, 'retention', (tx) => findSettings(tx, organisationId));
  const deleted: RetentionDone[] = [];
  for (const kind of ofOrganisations) {
    signal?.throwIfAborted();
    const before = limitOf(retention, kind, now);
    if (before === null) continue;
    deleted.push({
      kind,
      deleted: await deleteKind(parts, { organisationId, kind, before }),
      before: before.toISOString(),
    });
  }
  const sign = await signer.open(organisationId);
  const row = { id: randomUUID(), organisationId, at: now, deleted };
  const { publicKey, signature } = sign(retentionText({ organisationId, at: now, deleted }));
  await asSystem(db, 'retention', async (tx) => {
    await insertRetentionRun(tx, { ...row, publicKey, signature });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'retention.run',
      subject: { kind: 'organisation', id: organisationId },
      after: { run: row.id, deleted: deleted.map((each) => ({ ...each })) },
    });
  });
  return { id: row.id, deleted, public_key: publicKey, signature, created_at: now };
}

/** What is signed: begins with a name of its own, as every statement of the key does. */
export function retentionText(run: { organisationId: string; at: Date; deleted: readonly RetentionDone[] }): string {
  const { organisationId, at, deleted } = run;
  const statement = {
    organisation: organisationId,
    at: at.toISOString(),
    deleted: deleted.map((each) => ({ ...each })),
  };
  return `proofpix-retention-v1\n${canonicalJson(statement)}`;
}

/** What the next run would delete under these settings. */
export async function previewRetention(
  db: Database,
  { organisationId, retention, now = new Date() }: { organisationId: string; retention: RetentionDays; now?: Date },
): Promise<RetentionDone[]> {
  return asSystem(db, 'retention', async (tx) => {
    const items: RetentionDone[] = [];
    for (const kind of ofOrganisations) {
      const before = limitOf(retention, kind, now);
      let deleted = 0;
      if (before !== null) {
        if (kind === 'runs') deleted = (await findOldRuns(tx, organisationId, before)).length;
        else if (kind === 'exports') deleted = (await findOldExports(tx, organisationId, before)).length;
        else if (kind === 'restore-points') deleted = (await findOldPoints(tx, organisationId, before)).length;
        else if (kind === 'audit') {
          const head = await findCutHead(tx, organisationId, before);
          deleted = head === undefined ? 0 : await countActs(tx, organisationId, head.position);
        }
        for (const rows of rowsOf[kind] ?? []) deleted += await countRows(tx, rows, { organisationId, before });
      }
      items.push({ kind, deleted, before: before?.toISOString() ?? null });
    }
    return items;
  });
}

function limitOf(retention: RetentionDays, kind: RetentionName, now: Date): Date | null {
  const days = daysOf(retention, kind);
  return days === null ? null : new Date(now.getTime() - days * dayMilliseconds);
}

type Old = { organisationId: string; kind: RetentionName; before: Date };

async function deleteKind(parts: RetentionParts, old: Old): Promise<number> {
  if (old.kind === 'runs') return deleteRuns(parts, old);
  if (old.kind === 'exports') return deleteReports(parts, old);
  if (old.kind === 'restore-points') return deletePoints(parts, old);
  if (old.kind === 'audit') return cutTrailBefore(parts, old.organisationId, old.before);
  return deleteOlderRows(parts.db, old);
}

/** A kind that is rows alone. */
export async function deleteOlderRows(db: Database, { organisationId, kind, before }: Old): Promise<number> {
  let deleted = 0;
  for (const rows of rowsOf[kind] ?? []) {
    let some: number;
    do {
      some = await asSystem(db, 'retention', (tx) =>
        deleteRows(tx, rows, { organisationId, before, most: rowsAtOnce }),
      );
      deleted += some;
    } while (some >= rowsAtOnce);
  }
  return deleted;
}

async function deleteRuns({ db, runs }: RetentionParts, { organisationId, before }: Old): Promise<number> {
  const ids = await asSystem(db, 'retention', (tx) => findOldRuns(tx, organisationId, before));
  for (const id of ids) await removeRun(runs, { organisationId, actor: systemActor('retention') }, id);
  return ids.length;
}

async function deleteReports({ db, keeper }: RetentionParts, { organisationId, before }: Old): Promise<number> {
  const { ids, digests } = await asSystem(db, 'retention', async (tx) => {
    const old = await findOldExports(tx, organisationId, before);
    return { ids: old, digests: await deleteExports(tx, organisationId, old) };
  });
  await keeper.release(organisationId, digests);
  return ids.length;
}

async function deletePoints({ db, keeper }: RetentionParts, { organisationId, before }: Old): Promise<number> {
  const points = await asSystem(db, 'retention', async (tx) => {
    const old = await findOldPoints(tx, organisationId, before);
    for (const { id } of old) await deletePoint(tx, id);
    return old;
  });
  await keeper.release(
    organisationId,
    points.map(({ archive_digest: digest }) => digest),
  );
  return points.length;
}

/** Whoever has only the database cannot say that a trail was cut: the statement is signed. */
export async function cutTrailBefore(
  { db, signer }: Pick<RetentionParts, 'db' | 'signer'>,
  organisationId: string,
  before: Date,
): Promise<number> {
  const sign = await signer.open(organisationId);
  return asSystem(db, 'retention', async (tx) => {
    await lockTrail(tx, organisationId);
    const head = await findCutHead(tx, organisationId, before);
    if (head === undefined || (await countActs(tx, organisationId, head.position)) === 0) return 0;
    const { trail, position, hash } = showHead(head);
    const facts = { trail, position, hash, signedAt: new Date().toISOString() };
    return cutTrail(tx, organisationId, { ...facts, hash: head.hash, ...sign(cutText(facts)) });
  });
}
