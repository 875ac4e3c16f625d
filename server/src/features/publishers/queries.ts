import { sql, type Selectable } from 'kysely';
import type { PublisherChange } from '@proofpix/contract/api/publishers';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { cleanText } from '@proofpix/host/clean-text';

export type PublisherRow = Selectable<Tables['publishers']> & { plugins: number };

const plugins = sql<number>`(select count(distinct plugin_id) from releases where releases.publisher = publishers.name)`;

/** As system: whose it is decides who may ask, and profiles are everybody's. */
function publishers(tx: Tx) {
  return tx.selectFrom('publishers').selectAll('publishers').select(plugins.as('plugins'));
}

export async function listPublishers(tx: Tx, organisationId: string): Promise<PublisherRow[]> {
  return publishers(tx).where('publishers.organisation_id', '=', organisationId).orderBy('publishers.name').execute();
}

export async function listOffered(tx: Tx, organisationId: string): Promise<PublisherRow[]> {
  return publishers(tx).where('publishers.offered_to', '=', organisationId).orderBy('publishers.name').execute();
}

export async function findPublisher(tx: Tx, name: string): Promise<PublisherRow | undefined> {
  return publishers(tx).where('publishers.name', '=', name).executeTakeFirst();
}

/** Whether this organisation publishes under the name. */
export async function ownsPublisher(tx: Tx, name: string): Promise<boolean> {
  const row = await tx.selectFrom('publishers').select('name').where('name', '=', name).executeTakeFirst();
  return row !== undefined;
}

export async function countPublishers(tx: Tx, organisationId: string): Promise<number> {
  // One after the other: many at once must not go over the number.
  await tx.selectFrom('organisations').select('id').where('id', '=', organisationId).forUpdate().execute();
  const { count } = await tx
    .selectFrom('publishers')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', organisationId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Of names that are there, those that are as long as this one, or one letter longer or shorter. */
export async function findNamesLike(tx: Tx, name: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('publishers')
    .select('name')
    .where(sql<boolean>`length(name) between ${name.length - 1} and ${name.length + 1}`)
    .execute();
  return rows.map((row) => row.name);
}

type NewRow = { name: string; organisationId: string; skeleton: string; challenge: string; profile: PublisherChange };

/** False where somebody was quicker, or the name looks like one that is taken. */
export async function insertPublisher(tx: Tx, row: NewRow): Promise<boolean> {
  const inserted = await tx
    .insertInto('publishers')
    .values({
      name: row.name,
      organisation_id: row.organisationId,
      skeleton: row.skeleton,
      challenge: row.challenge,
      ...columnsOf(row.profile),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function updatePublisher(tx: Tx, name: string, profile: PublisherChange): Promise<void> {
  await tx.updateTable('publishers').set(columnsOf(profile)).where('name', '=', name).execute();
}

function columnsOf({ displayName, description = '', website = null, support = null }: PublisherChange) {
  return { display_name: cleanText(displayName), description: cleanText(description), website, support };
}

export async function setVerified(
  tx: Tx,
  name: string,
  proven: { domain: string; by: 'dns' | 'well-known'; at: Date },
): Promise<void> {
  await tx
    .updateTable('publishers')
    .set({ verified_domain: proven.domain, verified_by: proven.by, verified_at: proven.at })
    .where('name', '=', name)
    .execute();
}

export async function findOrganisation(tx: Tx, name: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('organisations')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .executeTakeFirst();
  return row?.id;
}

export async function setOffer(tx: Tx, name: string, to: { id: string | null; name: string } | null): Promise<void> {
  await tx
    .updateTable('publishers')
    .set({
      offered_to: to?.id ?? null,
      offered_name: to === null ? null : cleanText(to.name),
      offered_at: to === null ? null : new Date(),
    })
    .where('name', '=', name)
    .execute();
}

/** What is under way under the name ends with a hand-over: its packages lie with the organisation that sent them. */
export async function withdrawOpen(tx: Tx, name: string): Promise<void> {
  const open = await tx
    .updateTable('submissions')
    .set({ state: 'withdrawn', state_since: new Date(), claimed_by: null, claimed_at: null })
    .where('publisher', '=', name)
    .where('state', 'not in', ['released', 'withdrawn'])
    .returning(['id', 'organisation_id'])
    .execute();
  if (open.length === 0) return;
  await tx
    .insertInto('submission_steps')
    .values(
      open.map(({ id, organisation_id }) => ({
        organisation_id,
        submission_id: id,
        state: 'withdrawn' as const,
        side: 'server' as const,
        reason: 'The publisher was handed over to another organisation.',
      })),
    )
    .execute();
}

/** The new owner has to prove the domain anew: what it stood for was the old one. */
export async function setOwner(
  tx: Tx,
  { name, organisationId, challenge }: { name: string; organisationId: string; challenge: string },
): Promise<void> {
  await tx
    .updateTable('publishers')
    .set({
      organisation_id: organisationId,
      challenge,
      offered_to: null,
      offered_name: null,
      offered_at: null,
      verified_domain: null,
      verified_by: null,
      verified_at: null,
    })
    .where('name', '=', name)
    .execute();
}
