import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseRoutes } from '@proofpix/contract/api/cases';
import { runRoutes } from '@proofpix/contract/api/runs';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { fillCase } from './test/fill-case.ts';
import { stored } from '../runs/test/stored.ts';
import { ended, formOf, photo, startRuns } from '../runs/test/upload.ts';

let server: TestServer;
let other: TestOrganisation;
beforeAll(async () => {
  server = await startServer();
  other = await server.createOrganisation();
}, 120_000);
afterAll(() => server.stop());

const json = (body: unknown): RequestInit => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, response.ok ? '' : ((await response.json()) as { code: string }).code]; // a problem document
}

/** Runs without plugins: they are done as soon as they are begun. */
async function runs(count: number, member: TestMember = server.owner): Promise<string[]> {
  const started = await startRuns(
    member,
    Array.from({ length: count }, (_, index) => ({ name: `${index}.png`, bytes: photo(index) })),
  );
  for (const run of started.runs) await ended(member, run);
  return started.runs.map(({ id }) => id);
}
const numbers = (detail: { exhibits: { number: number }[] }) => detail.exhibits.map(({ number }) => number);

describe('a case', () => {
  test('is opened with its first exhibits, in the order in which they are given', async () => {
    const ids = await runs(3);
    const made = await server.call(caseRoutes.create, {
      body: { title: 'Storm', reference: 'CL-1', description: 'A roof', runIds: ids.toReversed() },
    });
    expect(made).toMatchObject({
      title: 'Storm',
      reference: 'CL-1',
      description: 'A roof',
      state: 'open',
      exhibitCount: 3,
      findingCounts: { strong: 0, possible: 0, note: 0 },
      createdBy: { name: expect.any(String) },
    });
    expect(made.exhibits.map(({ number, run }) => [number, run.id])).toEqual(
      ids.toReversed().map((id, index) => [index + 1, id]),
    );
    expect(await server.call(caseRoutes.get, { params: { id: made.id } })).toEqual(made);
    const run = await server.call(runRoutes.get, { params: { id: ids[0] ?? '' } });
    expect(run.case).toEqual({ id: made.id, title: 'Storm', exhibit: 3 });
  });

  test('keeps what an update leaves out', async () => {
    const { id } = await server.call(caseRoutes.create, { body: { title: 'a', reference: 'r', description: 'd' } });
    const renamed = await server.call(caseRoutes.update, { params: { id }, body: { title: 'b' } });
    expect(renamed).toMatchObject({ title: 'b', reference: 'r', description: 'd', state: 'open' });
    const cleared = await server.call(caseRoutes.update, {
      params: { id },
      body: { reference: null, state: 'closed' },
    });
    expect(cleared).toMatchObject({ title: 'b', reference: null, description: 'd', state: 'closed' });
  });

  test('names the field that is wrong', async () => {
    for (const body of [
      {},
      { title: '' },
      { title: 'x'.repeat(201) },
      { title: 'x', surprise: 1 },
      { title: 'a\0b' },
      { title: 'x', runIds: [] },
      { title: 'x', runIds: ['no id'] },
    ]) {
      const response = await server.owner.fetch('/api/cases', { method: 'POST', ...json(body) });
      expect(await codeOf(response), JSON.stringify(body)).toEqual([400, 'invalid_request']);
    }
    // Half of a character, which no database takes.
    expect((await server.call(caseRoutes.create, { body: { title: 'a\ud800' } })).title).toBe('a\ufffd');
  });

  test('that is closed keeps its exhibits as they are until it is opened again', async () => {
    const [first = '', second = ''] = await runs(2);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Closed', runIds: [first] } });
    await server.call(caseRoutes.update, { params: { id }, body: { state: 'closed' } });
    const member = server.owner;
    const closed = [409, 'case_closed'];
    const add = () => member.fetch(`/api/cases/${id}/exhibits`, { method: 'POST', ...json({ runIds: [second] }) });
    expect(await codeOf(await add())).toEqual(closed);
    const caption = await member.fetch(`/api/cases/${id}/exhibits/1`, { method: 'PUT', ...json({ caption: 'x' }) });
    expect(await codeOf(caption)).toEqual(closed);
    expect(await codeOf(await member.fetch(`/api/cases/${id}/exhibits/1`, { method: 'DELETE' }))).toEqual(closed);
    const upload = formOf([{ name: 'a.png', bytes: photo(77) }], { caseId: id });
    expect(await codeOf(await member.fetch('/api/runs', { method: 'POST', body: upload }))).toEqual(closed);
    await server.call(caseRoutes.update, { params: { id }, body: { state: 'open' } });
    expect((await add()).status).toBe(200);
  });

  test('is deleted with its notes and reports, and the runs stay', async () => {
    const ids = await runs(2);
    const before = await stored(server);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Gone', runIds: ids } });
    await server.call(caseRoutes.addNote, { params: { id }, body: { text: 'a note' } });
    await server.call(caseRoutes.remove, { params: { id } });
    expect(await stored(server)).toEqual(before);
    expect(await codeOf(await server.owner.fetch(`/api/cases/${id}`))).toEqual([404, 'case_not_found']);
    expect((await server.call(runRoutes.get, { params: { id: ids[0] ?? '' } })).case).toBeNull();
  });
});

describe('exhibits', () => {
  test('keep their number when they are added again, and a number that was taken out is not given again', async () => {
    const [a = '', b = '', c = '', d = ''] = await runs(4);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Numbers', runIds: [a, b, c] } });
    await server.call(caseRoutes.removeExhibit, { params: { id, number: 3 } });
    const again = await server.call(caseRoutes.addExhibits, { params: { id }, body: { runIds: [d, a, c] } });
    expect(again.exhibits.map(({ number, run }) => [number, run.id])).toEqual([
      [1, a],
      [2, b],
      [4, d],
      [5, c],
    ]);
    const missing = await server.owner.fetch(`/api/cases/${id}/exhibits/3`, { method: 'DELETE' });
    expect(await codeOf(missing)).toEqual([404, 'exhibit_not_found']);
    expect(await codeOf(await server.owner.fetch(`/api/cases/${id}/exhibits/0`, { method: 'DELETE' }))).toEqual([
      400,
      'invalid_request',
    ]);
  });

  test('get different numbers when many are added at the same time', async () => {
    const ids = await runs(24);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'At once' } });
    await Promise.all(
      ids.map((runId) => server.call(caseRoutes.addExhibits, { params: { id }, body: { runIds: [runId] } })),
    );
    const detail = await server.call(caseRoutes.get, { params: { id } });
    expect(numbers(detail)).toEqual(ids.map((_, index) => index + 1));
    expect(new Set(detail.exhibits.map(({ run }) => run.id))).toEqual(new Set(ids));
  });

  test('are in one case at most, also when two cases reach for the same runs at the same time', async () => {
    const ids = await runs(6);
    const [one, two] = await Promise.all(
      ['one', 'two'].map((title) => server.call(caseRoutes.create, { body: { title } })),
    );
    const reach = (id: string, runIds: string[]) =>
      server.owner.fetch(`/api/cases/${id}/exhibits`, { method: 'POST', ...json({ runIds }) }).then(codeOf);
    const answers = await Promise.all([reach(one?.id ?? '', ids), reach(two?.id ?? '', ids.toReversed())]);
    expect(answers.map(([status]) => status).sort()).toEqual([200, 409]);
    expect(answers).toContainEqual([409, 'run_in_case']);
    const both = await Promise.all(
      [one, two].map((made) => server.call(caseRoutes.get, { params: { id: made?.id ?? '' } })),
    );
    expect(both.map(({ exhibitCount }) => exhibitCount).sort()).toEqual([0, 6]);
    const created = await server.owner.fetch('/api/cases', {
      method: 'POST',
      ...json({ title: 'three', runIds: [ids[0]] }),
    });
    expect(await codeOf(created)).toEqual([409, 'run_in_case']);
    const { items } = await server.call(caseRoutes.list, { query: { search: 'three' } });
    expect(items).toEqual([]);
  });

  test('have a caption', async () => {
    const ids = await runs(1);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Captions', runIds: ids } });
    const caption = 'The roof 🏠 from the east';
    const changed = await server.call(caseRoutes.updateExhibit, { params: { id, number: 1 }, body: { caption } });
    expect(changed.exhibits[0]?.caption).toBe(caption);
  });

  test('go with their run when it is deleted', async () => {
    const [a = '', b = ''] = await runs(2);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Cascade', runIds: [a, b] } });
    await server.call(runRoutes.remove, { params: { id: b } });
    expect(numbers(await server.call(caseRoutes.get, { params: { id } }))).toEqual([1]);
    const [c = ''] = await runs(1);
    const added = await server.call(caseRoutes.addExhibits, { params: { id }, body: { runIds: [c] } });
    expect(numbers(added)).toEqual([1, 3]);
  });

  test('are uploaded straight into a case, or nothing is kept', async () => {
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Upload' } });
    const files = [1, 2, 3].map((seed) => ({ name: `${seed}.png`, bytes: photo(seed) }));
    const started = await startRuns(server.owner, files, { caseId: id });
    expect(started.runs.map((run) => run.case)).toEqual([1, 2, 3].map((exhibit) => ({ id, title: 'Upload', exhibit })));
    for (const run of started.runs) await ended(server.owner, run);
    const before = await stored(server);
    const wrong: [string, [number, string]][] = [
      ['00000000-0000-4000-8000-000000000000', [404, 'case_not_found']],
      ['no id', [400, 'invalid_request']],
    ];
    for (const [caseId, answer] of wrong) {
      const body = formOf([{ name: 'a.png', bytes: photo(78) }], { caseId });
      expect(await codeOf(await server.owner.fetch('/api/runs', { method: 'POST', body }))).toEqual(answer);
    }
    expect(await stored(server)).toEqual(before);
  });

  test('are at most 500', async () => {
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Full' } });
    await fillCase(server, id, 500);
    const before = await server.call(caseRoutes.get, { params: { id } });
    expect(before.exhibitCount).toBe(500);
    const [one = ''] = await runs(1);
    const added = await server.owner.fetch(`/api/cases/${id}/exhibits`, { method: 'POST', ...json({ runIds: [one] }) });
    expect(await codeOf(added)).toEqual([409, 'case_full']);
    // What is in it already is no new one.
    const again = [before.exhibits[7]?.run.id ?? ''];
    expect((await server.call(caseRoutes.addExhibits, { params: { id }, body: { runIds: again } })).exhibitCount).toBe(
      500,
    );
  });
});

describe('the list of cases', () => {
  test('begins with what changed last, goes on from page to page without a gap, and filters', async () => {
    const { owner } = await server.createOrganisation();
    const made = [];
    for (const title of ['Fire 50%', 'Water', 'Wind', 'Hail', 'Snow']) {
      made.push(await owner.call(caseRoutes.create, { body: { title, reference: `REF-${title.toLowerCase()}` } }));
    }
    const [fire, water] = made;
    await owner.call(caseRoutes.update, { params: { id: water?.id ?? '' }, body: { state: 'closed' } });
    const [run = ''] = await runs(1, owner);
    await owner.call(caseRoutes.addExhibits, { params: { id: fire?.id ?? '' }, body: { runIds: [run] } });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await owner.call(caseRoutes.list, { query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      expect(page).toMatchObject({ total: 5, totalIsLowerBound: false });
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['Fire 50%', 'Water', 'Snow', 'Hail', 'Wind']);
    const titles = async (query: { state?: 'open' | 'closed'; search?: string }) =>
      (await owner.call(caseRoutes.list, { query })).items.map(({ title }) => title);
    expect(await titles({ state: 'closed' })).toEqual(['Water']);
    expect(await titles({ search: '50%' })).toEqual(['Fire 50%']);
    expect(await titles({ search: 'ref-W', state: 'open' })).toEqual(['Wind']);
    expect(await titles({ search: '_' })).toEqual([]);
  });
});

describe('another organisation', () => {
  test('finds no case, and its own runs cannot be mixed with ours: foreign is missing', async () => {
    const ids = await runs(1);
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Ours', runIds: ids } });
    const missing = '00000000-0000-4000-8000-000000000000';
    const theirs = await other.owner.call(caseRoutes.create, { body: { title: 'Theirs' } });
    for (const caseId of [id, missing]) {
      const answers = await Promise.all([
        other.owner.fetch(`/api/cases/${caseId}`),
        other.owner.fetch(`/api/cases/${caseId}`, { method: 'PUT', ...json({ title: 'x' }) }),
        other.owner.fetch(`/api/cases/${caseId}`, { method: 'DELETE' }),
        other.owner.fetch(`/api/cases/${caseId}/exhibits`, { method: 'POST', ...json({ runIds: [missing] }) }),
        other.owner.fetch(`/api/cases/${caseId}/exhibits/1`, { method: 'PUT', ...json({ caption: '' }) }),
        other.owner.fetch(`/api/cases/${caseId}/exhibits/1`, { method: 'DELETE' }),
        other.owner.fetch(`/api/cases/${caseId}/notes`),
        other.owner.fetch(`/api/cases/${caseId}/notes`, { method: 'POST', ...json({ text: 'x' }) }),
        other.owner.fetch(`/api/cases/${caseId}/exports`),
        other.owner.fetch(`/api/cases/${caseId}/export`, { method: 'POST', ...json({ format: 'json' }) }),
        other.owner.fetch(`/api/cases/${caseId}/files/a?plugin=abc&exportId=${missing}`),
      ]);
      for (const answer of answers) expect(await codeOf(answer), answer.url).toEqual([404, 'case_not_found']);
    }
    for (const runId of [ids[0], missing]) {
      const added = await other.owner.fetch(`/api/cases/${theirs.id}/exhibits`, {
        method: 'POST',
        ...json({ runIds: [runId] }),
      });
      expect(await codeOf(added)).toEqual([404, 'run_not_found']);
    }
    const body = formOf([{ name: 'a.png', bytes: photo() }], { caseId: id });
    expect(await codeOf(await other.owner.fetch('/api/runs', { method: 'POST', body }))).toEqual([
      404,
      'case_not_found',
    ]);
    expect((await other.owner.call(caseRoutes.list)).items.map(({ title }) => title)).toEqual(['Theirs']);
  });

  test('is told apart from a viewer of ours, who reads and changes nothing', async () => {
    const viewer = await server.signIn('viewer');
    const { id } = await server.call(caseRoutes.create, { body: { title: 'Read only' } });
    expect((await viewer.call(caseRoutes.get, { params: { id } })).title).toBe('Read only');
    const refused = [
      viewer.fetch('/api/cases', { method: 'POST', ...json({ title: 'x' }) }),
      viewer.fetch(`/api/cases/${id}`, { method: 'PUT', ...json({ title: 'x' }) }),
      viewer.fetch(`/api/cases/${id}`, { method: 'DELETE' }),
      viewer.fetch(`/api/cases/${id}/notes`, { method: 'POST', ...json({ text: 'x' }) }),
    ];
    for (const answer of await Promise.all(refused)) expect(await codeOf(answer)).toEqual([403, 'access_denied']);
  });
});
