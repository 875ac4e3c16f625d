import { randomUUID } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { CaseDetail, Exhibit, Note } from '@proofpix/contract/cases';
import type { Run } from '@proofpix/contract/runs';
import { account, pageOf, summaryOf } from './fake-data.ts';

type FakeExport = { id: string; subject: string; format: string; plugins: string[]; createdAt: string };

export type FakeCases = {
  cases: CaseDetail[];
  /** By what they are written beside. */
  notes: Map<string, Note[]>;
  exports: FakeExport[];
  /** Exhibit numbers that were given, by case: none is given twice. */
  lastNumber: Map<string, number>;
};

export function noCases(): FakeCases {
  return { cases: [], notes: new Map(), exports: [], lastNumber: new Map() };
}

const me = { name: account.user.name };

export function fakeCase(
  fake: FakeCases,
  title: string,
  runs: readonly Run[],
  change: Partial<CaseDetail> = {},
): CaseDetail {
  const now = new Date().toISOString();
  const made: CaseDetail = {
    id: randomUUID(),
    title,
    reference: null,
    description: '',
    state: 'open',
    exhibitCount: 0,
    findingCounts: { strong: 0, possible: 0, note: 0 },
    createdAt: now,
    createdBy: me,
    updatedAt: now,
    exhibits: [],
    ...change,
  };
  fake.cases.unshift(made);
  addExhibits(fake, made, runs);
  return made;
}

function addExhibits(fake: FakeCases, known: CaseDetail, runs: readonly Run[]): void {
  for (const run of runs) {
    if (run.case !== null) continue;
    const number = (fake.lastNumber.get(known.id) ?? 0) + 1;
    fake.lastNumber.set(known.id, number);
    run.case = { id: known.id, title: known.title, exhibit: number };
    const exhibit: Exhibit = { number, caption: '', addedAt: new Date().toISOString(), run: summaryOf(run) };
    known.exhibits.push(exhibit);
  }
  count(known);
}

function count(known: CaseDetail): void {
  known.exhibitCount = known.exhibits.length;
  const sum = (what: 'strong' | 'possible' | 'note') =>
    known.exhibits.reduce((all, { run }) => all + run.findingCounts[what], 0);
  known.findingCounts = { strong: sum('strong'), possible: sum('possible'), note: sum('note') };
}

/** A photo that was sent with the id of a case. */
export function joinCase(fake: FakeCases, caseId: string | undefined, runs: readonly Run[]): void {
  const known = fake.cases.find(({ id }) => id === caseId);
  if (known !== undefined) addExhibits(fake, known, runs);
}

type Answer = { status: number; body: unknown; type?: string };

/** What the routes of cases, notes and reports answer; null for every other path. */
export function answerCases(
  fake: FakeCases,
  runs: readonly Run[],
  { method, url, body }: { method: string; url: URL; body: Buffer },
): Answer | null {
  const parts = url.pathname.split('/').slice(2);
  const [noun, id = '', part, last = ''] = parts;
  // What the pages send.
  const input =
    (method === 'POST' || method === 'PUT') && body.length > 0 && body[0] === 0x7b
      ? (JSON.parse(body.toString()) as Record<string, string> & { runIds?: string[]; plugins?: string[] })
      : {};
  if (noun === 'notes') return changeNote(fake, method, id, input['text'] ?? '');
  if (noun === 'runs' && part === 'notes') return noteRoutes(fake, method, id, input['text'] ?? '');
  if (noun === 'runs' && part === 'exports') return { status: 200, body: { items: exportsOf(fake, id) } };
  if (noun === 'runs' && part === 'export') return { status: 201, body: writeExport(fake, id, input) };
  if (noun === 'runs' && part === 'bundle') return { status: 200, body: 'bundle', type: 'application/zip' };
  if (noun === 'runs' && part === 'files') return null;
  if (noun === 'organisations' && id === 'evidence-key')
    return { status: 200, body: { algorithm: 'Ed25519', publicKey: 'MCow', fingerprint: 'a1b2'.repeat(16) } };
  if (noun !== 'cases') return null;
  if (id === '') {
    if (method === 'GET') return { status: 200, body: listCases(fake, url.searchParams) };
    const made = fakeCase(fake, input['title'] ?? '', [], {
      reference: input['reference'] ?? null,
      description: input['description'] ?? '',
    });
    addExhibits(
      fake,
      made,
      runs.filter((run) => input.runIds?.includes(run.id)),
    );
    return { status: 201, body: made };
  }
  const known = fake.cases.find((one) => one.id === id);
  if (known === undefined) throw new Problem('case_not_found');
  if (part === 'notes') return noteRoutes(fake, method, id, input['text'] ?? '');
  if (part === 'exports') return { status: 200, body: { items: exportsOf(fake, id) } };
  if (part === 'export') return { status: 201, body: writeExport(fake, id, input) };
  if (part === 'bundle') return { status: 200, body: 'bundle', type: 'application/zip' };
  if (part === 'exhibits' && known.state === 'closed') throw new Problem('case_closed');
  if (part === 'exhibits' && method === 'POST') {
    addExhibits(
      fake,
      known,
      runs.filter((run) => input.runIds?.includes(run.id)),
    );
  } else if (part === 'exhibits') {
    const exhibit = known.exhibits.find(({ number }) => number === Number(last));
    if (exhibit === undefined) throw new Problem('exhibit_not_found');
    if (method === 'PUT') exhibit.caption = input['caption'] ?? '';
    else {
      known.exhibits = known.exhibits.filter((one) => one !== exhibit);
      for (const run of runs) if (run.id === exhibit.run.id) run.case = null;
      count(known);
      return { status: 204, body: null };
    }
  } else if (method === 'DELETE') {
    fake.cases = fake.cases.filter((one) => one !== known);
    for (const run of runs) if (run.case?.id === id) run.case = null;
    return { status: 204, body: null };
  } else if (method === 'PUT') Object.assign(known, input);
  // The runs go on while the case is looked at.
  for (const exhibit of known.exhibits) {
    const run = runs.find((each) => each.id === exhibit.run.id);
    if (run !== undefined) exhibit.run = summaryOf(run);
  }
  count(known);
  return { status: 200, body: known };
}

function listCases(fake: FakeCases, query: URLSearchParams) {
  const search = query.get('search')?.toLowerCase() ?? '';
  const state = query.get('state');
  return pageOf(
    fake.cases
      .filter((one) => `${one.title} ${one.reference ?? ''}`.toLowerCase().includes(search))
      .filter((one) => state === null || one.state === state)
      .map(({ exhibits: _exhibits, ...rest }) => rest),
  );
}

function noteRoutes(fake: FakeCases, method: string, subject: string, text: string): Answer {
  const notes = fake.notes.get(subject) ?? [];
  if (method === 'GET') return { status: 200, body: { items: notes } };
  const note: Note = {
    id: randomUUID(),
    text,
    createdAt: new Date().toISOString(),
    createdBy: me,
    updatedAt: null,
    mine: true,
  };
  fake.notes.set(subject, [...notes, note]);
  return { status: 201, body: note };
}

function changeNote(fake: FakeCases, method: string, id: string, text: string): Answer {
  for (const [subject, notes] of fake.notes) {
    const note = notes.find((one) => one.id === id);
    if (note === undefined) continue;
    if (method === 'DELETE') {
      fake.notes.set(
        subject,
        notes.filter((one) => one !== note),
      );
      return { status: 204, body: null };
    }
    Object.assign(note, { text, updatedAt: new Date().toISOString() });
    return { status: 200, body: note };
  }
  throw new Problem('note_not_found');
}

function writeExport(fake: FakeCases, subject: string, input: { format?: string; plugins?: string[] }) {
  const made = {
    id: randomUUID(),
    subject,
    format: input.format ?? '',
    plugins: input.plugins ?? [],
    createdAt: new Date().toISOString(),
  };
  fake.exports.unshift(made);
  return exportOf(made);
}

function exportsOf(fake: FakeCases, subject: string) {
  return fake.exports.filter((each) => each.subject === subject).map(exportOf);
}

function exportOf({ id, subject, format, plugins, createdAt }: FakeExport) {
  const file = {
    name: `report.${format}`,
    size: 48_213,
    sha256: 'e'.repeat(64),
    type: 'application/octet-stream',
    plugin: plugins[0] ?? '',
    url: `/api/runs/${subject}/files/report.${format}?exportId=${id}`,
  };
  return { id, runId: subject, caseId: subject, format, files: [file], createdAt };
}
