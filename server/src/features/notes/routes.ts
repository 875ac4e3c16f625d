import { caseRoutes, noteRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import { addNote, changeNote, listNotes, removeNote } from './keep-notes.ts';

/** Binds the table `notes`, and the rows of runs and cases that list and add notes. */
export function bindNoteRoutes(app: App, { db }: { db: Database }): void {
  bind(app, runRoutes.notes, async ({ caller, params }) => ({
    status: 200,
    body: await listNotes(db, caller, { runId: params.id }),
  }));
  bind(app, runRoutes.addNote, async ({ caller, params, body }) => ({
    status: 201,
    body: await addNote(db, caller, { runId: params.id }, body.text),
  }));
  bind(app, caseRoutes.notes, async ({ caller, params }) => ({
    status: 200,
    body: await listNotes(db, caller, { caseId: params.id }),
  }));
  bind(app, caseRoutes.addNote, async ({ caller, params, body }) => ({
    status: 201,
    body: await addNote(db, caller, { caseId: params.id }, body.text),
  }));
  bind(app, noteRoutes.update, async ({ caller, params, body }) => ({
    status: 200,
    body: await changeNote(db, caller, params.id, body.text),
  }));
  bind(app, noteRoutes.remove, async ({ caller, params }) => {
    await removeNote(db, caller, params.id);
    return { status: 204 };
  });
}
