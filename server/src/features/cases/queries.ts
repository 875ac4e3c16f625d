import { sql } from 'kysely';
import type { CaseState, Exhibit } from '@proofpix/contract/cases';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';
import { containing, summaries, toSummary } from '../runs/queries.ts';

/** With who opened it and the figures of its exhibits. */
function allCases(tx: Tx) {
  return tx
    .selectFrom('cases')
    .leftJoin('users', 'users.id', 'cases.created_by')
    .innerJoinLateral(
      (query) =>
        query
          .selectFrom('exhibits')
          .innerJoin('runs', (join) =>
            join
              .onRef('runs.organisation_id', '=', 'exhibits.organisation_id')
              .onRef('runs.id', '=', 'exhibits.run_id'),
          )
          .whereRef('exhibits.organisation_id', '=', 'cases.organisation_id')
          .whereRef('exhibits.case_id', '=', 'cases.id')
          .select([
            sql<number>`count(*)::int`.as('exhibit_count'),
            sql<number>`coalesce(sum(runs.findings_strong), 0)::int`.as('strong'),
            sql<number>`coalesce(sum(runs.findings_possible), 0)::int`.as('possible'),
            sql<number>`coalesce(sum(runs.findings_note), 0)::int`.as('note'),
          ])
          .as('figures'),
      (join) => join.onTrue(),
    )
    .select([
      'cases.id',
      'cases.title',
      'cases.reference',
      'cases.description',
      'cases.state',
      'cases.created_at',
      'cases.updated_at',
      'users.name as created_by_name',
      'figures.exhibit_count',
      'figures.strong',
      'figures.possible',
      'figures.note',
    ]);
}
export type CaseRow = Awaited<ReturnType<ReturnType<typeof allCases>['execute']>>[number];

export async function findCase(tx: Tx, caseId: string): Promise<CaseRow | undefined> {
  return allCases(tx).where('cases.id', '=', caseId).executeTakeFirst();
}

export type CaseFilter = { state?: CaseState | undefined; search?: string | undefined };

/** Those that changed last first; one row more than the limit, to see whether there is another page. */
export async function listCaseRows(tx: Tx, { state, search }: CaseFilter, after: Position | null, limit: number) {
  let ids = tx.selectFrom('cases').select('cases.id');
  if (state !== undefined) ids = ids.where('state', '=', state);
  if (search !== undefined && search.trim() !== '')
    ids = ids.where(({ eb, or }) =>
      or([eb('title', 'ilike', containing(search)), eb('reference', 'ilike', containing(search))]),
    );
  const counted = await tx
    .selectFrom(ids.limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = ids
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(updated_at, id) < (${after.at}, ${after.id}::uuid)`);
  // Chosen first, counted then: the figures of a page only.
  const rows = await allCases(tx)
    .where('cases.id', 'in', page)
    .orderBy('cases.updated_at', 'desc')
    .orderBy('cases.id', 'desc')
    .execute();
  return { rows, counted: Number(counted.count) };
}

export type CaseValues = {
  title?: string | undefined;
  reference?: string | null | undefined;
  description?: string | undefined;
  state?: CaseState | undefined;
};

export async function insertCase(
  tx: Tx,
  made: CaseValues & { organisationId: string; createdBy: string; title: string },
): Promise<string> {
  const { id } = await tx
    .insertInto('cases')
    .values({
      organisation_id: made.organisationId,
      title: cleanText(made.title),
      reference: made.reference == null ? null : cleanText(made.reference),
      description: cleanText(made.description ?? ''),
      created_by: made.createdBy,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** What is undefined stays. False where there is no such case. */
export async function updateCase(tx: Tx, caseId: string, values: CaseValues): Promise<boolean> {
  const { title, reference, description, state } = values;
  const updated = await tx
    .updateTable('cases')
    .set({
      ...(title === undefined ? {} : { title: cleanText(title) }),
      ...(reference === undefined ? {} : { reference: reference === null ? null : cleanText(reference) }),
      ...(description === undefined ? {} : { description: cleanText(description) }),
      ...(state === undefined ? {} : { state }),
    })
    .where('id', '=', caseId)
    .returning('id')
    .executeTakeFirst();
  return updated !== undefined;
}

export type LockedCase = { id: string; state: CaseState; lastNumber: number };

/** Until the transaction ends nobody else changes the case or its exhibits. */
export async function lockCase(tx: Tx, caseId: string): Promise<LockedCase | undefined> {
  const row = await tx
    .selectFrom('cases')
    .select(['id', 'state', 'last_number as lastNumber'])
    .where('id', '=', caseId)
    .forUpdate()
    .executeTakeFirst();
  return row;
}

/** Writes the time of the change, and the number that was given last. */
export async function touchCase(tx: Tx, { id, lastNumber }: Pick<LockedCase, 'id' | 'lastNumber'>): Promise<void> {
  await tx.updateTable('cases').set({ last_number: lastNumber }).where('id', '=', id).execute();
}

/** Gives the digests of its reports, or undefined where there was no such case. */
export async function deleteCase(tx: Tx, caseId: string): Promise<string[] | undefined> {
  // Whoever adds a report holds this lock too: none can appear between the look at the digests and the delete.
  if ((await lockCase(tx, caseId)) === undefined) return undefined;
  const files = await tx
    .selectFrom('export_files')
    .innerJoin('exports', (join) =>
      join
        .onRef('exports.organisation_id', '=', 'export_files.organisation_id')
        .onRef('exports.id', '=', 'export_files.export_id'),
    )
    .select('export_files.sha256')
    .distinct()
    .where('exports.case_id', '=', caseId)
    .execute();
  await tx.deleteFrom('cases').where('id', '=', caseId).execute();
  return files.map(({ sha256 }) => sha256);
}

/** Those of the runs that exist, kept from being deleted until the transaction ends. */
export async function keepRuns(tx: Tx, runIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.selectFrom('runs').select('id').where('id', 'in', runIds).forKeyShare().execute();
  return new Set(rows.map(({ id }) => id));
}

/** Which case the runs are in, of those that are in one. */
export async function casesOfRuns(tx: Tx, runIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.selectFrom('exhibits').select(['run_id', 'case_id']).where('run_id', 'in', runIds).execute();
  return new Map(rows.map((row) => [row.run_id, row.case_id]));
}

export async function countExhibits(tx: Tx, caseId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('exhibits')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type NewExhibit = { runId: string; number: number };

/** How many were inserted: a run that came into another case in this very moment is left out. */
export async function insertExhibits(
  tx: Tx,
  { organisationId, caseId, exhibits }: { organisationId: string; caseId: string; exhibits: readonly NewExhibit[] },
): Promise<number> {
  const rows = await tx
    .insertInto('exhibits')
    .values(
      exhibits
        // Always in the same order: two cases that reach for the same runs wait for each other in turn, not in a circle.
        .toSorted((a, b) => (a.runId < b.runId ? -1 : 1))
        .map(({ runId, number }) => ({ organisation_id: organisationId, case_id: caseId, run_id: runId, number })),
    )
    .onConflict((conflict) => conflict.columns(['organisation_id', 'run_id']).doNothing())
    .returning('id')
    .execute();
  return rows.length;
}

type ExhibitOf = { caseId: string; number: number };

export async function updateCaption(tx: Tx, { caseId, number }: ExhibitOf, caption: string): Promise<boolean> {
  const updated = await tx
    .updateTable('exhibits')
    .set({ caption: cleanText(caption) })
    .where('case_id', '=', caseId)
    .where('number', '=', number)
    .returning('id')
    .executeTakeFirst();
  return updated !== undefined;
}

export async function deleteExhibit(tx: Tx, { caseId, number }: ExhibitOf): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('exhibits')
    .where('case_id', '=', caseId)
    .where('number', '=', number)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** By number. */
export async function findExhibits(tx: Tx, caseId: string): Promise<Exhibit[]> {
  const rows = await summaries(tx)
    .select(['exhibits.caption', 'exhibits.created_at as added_at'])
    .where('exhibits.case_id', '=', caseId)
    .orderBy('exhibits.number')
    .execute();
  return rows.map((row) => ({
    // The condition leaves only runs that have an exhibit, which the types of a left join cannot say.
    number: row.exhibit_number ?? 0,
    caption: row.caption ?? '',
    addedAt: (row.added_at ?? row.created_at).toISOString(),
    run: toSummary(row),
  }));
}

export async function findOrganisationName(tx: Tx, organisationId: string): Promise<string> {
  const { name } = await tx
    .selectFrom('organisations')
    .select('name')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
  return name;
}
