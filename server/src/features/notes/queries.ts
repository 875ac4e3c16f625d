import type { Note } from '@proofpix/contract/cases';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../db/tenancy.ts';

/** What a note stands beside. */
export type Subject = { runId: string } | { caseId: string };

const columnOf = (subject: Subject) => ('runId' in subject ? 'notes.run_id' : 'notes.case_id');
const idOf = (subject: Subject) => ('runId' in subject ? subject.runId : subject.caseId);

function notes(tx: Tx) {
  return tx
    .selectFrom('notes')
    .leftJoin('users', 'users.id', 'notes.created_by')
    .select([
      'notes.id',
      'notes.text',
      'notes.created_at',
      'notes.changed_at',
      'notes.created_by',
      'users.name as created_by_name',
    ]);
}
type NoteRow = Awaited<ReturnType<ReturnType<typeof notes>['execute']>>[number];

function toNote(row: NoteRow, userId: string): Note {
  return {
    id: row.id,
    text: row.text,
    createdAt: row.created_at.toISOString(),
    createdBy: { name: row.created_by_name },
    updatedAt: row.changed_at?.toISOString() ?? null,
    mine: row.created_by === userId,
  };
}

/** Oldest first. */
export async function findNotes(tx: Tx, subject: Subject, userId: string): Promise<Note[]> {
  const rows = await notes(tx)
    .where(columnOf(subject), '=', idOf(subject))
    .orderBy('notes.created_at')
    .orderBy('notes.id')
    .execute();
  return rows.map((row) => toNote(row, userId));
}

export async function countNotes(tx: Tx, subject: Subject): Promise<number> {
  const { count } = await tx
    .selectFrom('notes')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where(columnOf(subject), '=', idOf(subject))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertNote(
  tx: Tx,
  { organisationId, userId, subject, text }: { organisationId: string; userId: string; subject: Subject; text: string },
): Promise<Note> {
  const { id } = await tx
    .insertInto('notes')
    .values({
      organisation_id: organisationId,
      ...('runId' in subject ? { run_id: subject.runId } : { case_id: subject.caseId }),
      text: cleanText(text),
      created_by: userId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return toNote(await notes(tx).where('notes.id', '=', id).executeTakeFirstOrThrow(), userId);
}

type OwnNote = { noteId: string; userId: string };

/** Undefined where there is no such note of theirs. */
export async function updateNote(tx: Tx, { noteId, userId }: OwnNote, text: string): Promise<Note | undefined> {
  const updated = await tx
    .updateTable('notes')
    .set({ text: cleanText(text), changed_at: new Date() })
    .where('id', '=', noteId)
    .where('created_by', '=', userId)
    .returning('id')
    .executeTakeFirst();
  if (updated === undefined) return undefined;
  return toNote(await notes(tx).where('notes.id', '=', noteId).executeTakeFirstOrThrow(), userId);
}

export async function deleteNote(tx: Tx, { noteId, userId }: OwnNote): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('notes')
    .where('id', '=', noteId)
    .where('created_by', '=', userId)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}
