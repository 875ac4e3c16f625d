import type { Note } from '@proofpix/contract/cases';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../db/database.ts';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import { findCase, lockCase, touchCase } from '../cases/queries.ts';
import { findSummary, lockRun } from '../runs/queries.ts';
import { countNotes, deleteNote, findNotes, insertNote, updateNote, type Subject } from './queries.ts';

type Who = { organisationId: string; userId: string };

/** @throws Problem run_not_found, case_not_found */
export async function listNotes(
  db: Database,
  { organisationId, userId }: Who,
  subject: Subject,
): Promise<{ items: Note[] }> {
  const items = await withOrganisation(db, organisationId, async (tx) => {
    await checkSubject(tx, subject);
    return findNotes(tx, subject, userId);
  });
  return { items };
}

/** @throws Problem run_not_found, case_not_found, too_many_notes */
export async function addNote(db: Database, who: Who, subject: Subject, text: string): Promise<Note> {
  return withOrganisation(db, who.organisationId, async (tx) => {
    // Held until the note is written: two that write at once cannot both be the last that fits.
    await lockSubject(tx, subject);
    if ((await countNotes(tx, subject)) >= limits.notesPerSubject) throw new Problem('too_many_notes');
    return insertNote(tx, { ...who, subject, text });
  });
}

/** Of one's own. @throws Problem note_not_found */
export async function changeNote(
  db: Database,
  { organisationId, userId }: Who,
  noteId: string,
  text: string,
): Promise<Note> {
  const note = await withOrganisation(db, organisationId, (tx) => updateNote(tx, { noteId, userId }, text));
  if (note === undefined) throw new Problem('note_not_found');
  return note;
}

/** Of one's own. @throws Problem note_not_found */
export async function removeNote(db: Database, { organisationId, userId }: Who, noteId: string): Promise<void> {
  if (!(await withOrganisation(db, organisationId, (tx) => deleteNote(tx, { noteId, userId }))))
    throw new Problem('note_not_found');
}

async function checkSubject(tx: Tx, subject: Subject): Promise<void> {
  if ('runId' in subject && (await findSummary(tx, subject.runId)) === undefined) throw new Problem('run_not_found');
  if ('caseId' in subject && (await findCase(tx, subject.caseId)) === undefined) throw new Problem('case_not_found');
}

async function lockSubject(tx: Tx, subject: Subject): Promise<void> {
  if ('runId' in subject) {
    if (!(await lockRun(tx, subject.runId))) throw new Problem('run_not_found');
    return;
  }
  const locked = await lockCase(tx, subject.caseId);
  if (locked === undefined) throw new Problem('case_not_found');
  await touchCase(tx, locked);
}
