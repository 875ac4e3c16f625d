import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberRoutes } from '@proofpix/contract/api/accounts';
import { caseRoutes, noteRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import { limits } from '@proofpix/contract/limits';
import { withOrganisation } from '../../db/tenancy.ts';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { photo, runToEnd } from '../runs/test/upload.ts';

let server: TestServer;
let runId: string;
let caseId: string;
beforeAll(async () => {
  server = await startServer();
  runId = (await runToEnd(server.owner, { name: 'a.png', bytes: photo() })).id;
  caseId = (await server.call(caseRoutes.create, { body: { title: 'Notes' } })).id;
}, 120_000);
afterAll(() => server.stop());

const json = (body: unknown): RequestInit => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, response.ok ? '' : ((await response.json()) as { code: string }).code]; // a problem document
}

describe('notes', () => {
  test('stand beside a run or a case, oldest first, with who wrote them and whether that is the reader', async () => {
    const analyst = await server.signIn('analyst');
    const subjects = [
      { list: runRoutes.notes, add: runRoutes.addNote, params: { id: runId } },
      { list: caseRoutes.notes, add: caseRoutes.addNote, params: { id: caseId } },
    ] as const;
    for (const { list, add, params } of subjects) {
      const first = await server.call(add, { params, body: { text: 'First <b>not bold</b>' } });
      const second = await analyst.call(add, { params, body: { text: 'Second\nline' } });
      expect(first).toMatchObject({ mine: true, updatedAt: null });
      expect((await server.call(list, { params })).items).toEqual([first, { ...second, mine: false }]);
      expect((await analyst.call(list, { params })).items).toEqual([{ ...first, mine: false }, second]);
    }
  });

  test('are changed and deleted by their author alone: those of others are as good as missing', async () => {
    const analyst = await server.signIn('analyst');
    const { id } = await analyst.call(runRoutes.addNote, { params: { id: runId }, body: { text: 'mine' } });
    for (const noteId of [id, '00000000-0000-4000-8000-000000000000']) {
      const change = await server.owner.fetch(`/api/notes/${noteId}`, { method: 'PUT', ...json({ text: 'yours' }) });
      expect(await codeOf(change)).toEqual([404, 'note_not_found']);
      expect(await codeOf(await server.owner.fetch(`/api/notes/${noteId}`, { method: 'DELETE' }))).toEqual([
        404,
        'note_not_found',
      ]);
    }
    const changed = await analyst.call(noteRoutes.update, { params: { id }, body: { text: 'better' } });
    expect(changed).toMatchObject({ id, text: 'better', mine: true, updatedAt: expect.any(String) });
    await analyst.call(noteRoutes.remove, { params: { id } });
    expect(await codeOf(await analyst.fetch(`/api/notes/${id}`, { method: 'DELETE' }))).toEqual([
      404,
      'note_not_found',
    ]);
  });

  test('stay when their author leaves, without a name', async () => {
    const analyst = await server.signIn('analyst');
    const { id } = await analyst.call(caseRoutes.addNote, { params: { id: caseId }, body: { text: 'I was here' } });
    await server.call(memberRoutes.remove, { params: { id: analyst.userId } });
    const { items } = await server.call(caseRoutes.notes, { params: { id: caseId } });
    expect(items.find((note) => note.id === id)).toMatchObject({ createdBy: { name: null }, mine: false });
  });

  test('have 1 to 4,000 characters', async () => {
    const add = (text: string) =>
      server.owner.fetch(`/api/runs/${runId}/notes`, { method: 'POST', ...json({ text }) }).then(codeOf);
    expect(await add('')).toEqual([400, 'invalid_request']);
    expect(await add('x'.repeat(4_001))).toEqual([400, 'invalid_request']);
    expect(await add('a\0b')).toEqual([400, 'invalid_request']);
    expect(await add('🙂'.repeat(4_000))).toEqual([201, '']);
  });

  test('are at most 500 beside one run, also when many are written at the same time', async () => {
    const { id } = await runToEnd(server.owner, { name: 'b.png', bytes: photo(2) });
    await withOrganisation(server.db, server.organisationId, (tx) =>
      tx
        .insertInto('notes')
        .values(
          Array.from({ length: limits.notesPerSubject - 2 }, (_, index) => ({
            organisation_id: server.organisationId,
            run_id: id,
            text: `Note ${index}`,
          })),
        )
        .execute(),
    );
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        server.owner.fetch(`/api/runs/${id}/notes`, { method: 'POST', ...json({ text: 'x' }) }).then(codeOf),
      ),
    );
    expect(answers.filter(([status]) => status === 201)).toHaveLength(2);
    expect(answers.filter(([, code]) => code === 'too_many_notes')).toHaveLength(4);
  });

  test('of a run that is deleted go with it, and a foreign one is missing', async () => {
    const run = await runToEnd(server.owner, { name: 'c.png', bytes: photo(3) });
    const { id } = await server.call(runRoutes.addNote, { params: { id: run.id }, body: { text: 'x' } });
    const { owner } = await server.createOrganisation();
    expect(await codeOf(await owner.fetch(`/api/runs/${run.id}/notes`))).toEqual([404, 'run_not_found']);
    expect(await codeOf(await owner.fetch(`/api/notes/${id}`, { method: 'PUT', ...json({ text: 'y' }) }))).toEqual([
      404,
      'note_not_found',
    ]);
    await server.call(runRoutes.remove, { params: { id: run.id } });
    expect(await codeOf(await server.owner.fetch(`/api/notes/${id}`, { method: 'DELETE' }))).toEqual([
      404,
      'note_not_found',
    ]);
  });
});
