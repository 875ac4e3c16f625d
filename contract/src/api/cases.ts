import { Type } from 'typebox';
import { Case, CaseDetail, CaseState, Note } from '../cases.ts';
import { limits } from '../limits.ts';
import { JsonObject } from '../json.ts';
import { PluginId } from '../manifest.ts';
import { Binary, Cursor, NoContent, page, route } from '../route.ts';
import { DerivedFile } from '../runs.ts';

const Id = Type.String({ format: 'uuid' });
const params = Type.Object({ id: Id });
const exhibitParams = Type.Object({ id: Id, number: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }) });
const closed = { additionalProperties: false };

const fields = {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  reference: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()])),
  description: Type.Optional(Type.String({ maxLength: 4_000 })),
};
const NoteBody = Type.Object({ text: Type.String({ minLength: 1, maxLength: limits.noteChars }) }, closed);
const runIds = Type.Array(Id, { minItems: 1, maxItems: limits.pageItems, uniqueItems: true });

/** A stored report of a whole case. */
export const CaseExportReply = Type.Object(
  {
    id: Id,
    caseId: Id,
    format: Type.String(),
    files: Type.Array(Type.Object({ ...DerivedFile.properties, plugin: Type.String(), url: Type.String() })),
  },
  { title: 'CaseExport' },
);

export const caseRoutes = {
  create: route({
    method: 'POST',
    path: '/api/cases',
    summary: 'Open a case, with its first exhibits if there are any',
    access: 'runs:create',
    plan: 'free',
    body: Type.Object({ ...fields, runIds: Type.Optional(runIds) }, closed),
    replies: { 201: CaseDetail },
    errors: ['invalid_request', 'run_not_found', 'run_in_case'],
  }),
  list: route({
    method: 'GET',
    path: '/api/cases',
    summary: 'List cases, those that changed last first',
    access: 'runs:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
      state: Type.Optional(CaseState),
      search: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the title or the reference' })),
    }),
    replies: { 200: page(Case) },
    errors: ['invalid_request'],
  }),
  get: route({
    method: 'GET',
    path: '/api/cases/:id',
    summary: 'Get a case with its exhibits',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: CaseDetail },
    errors: ['case_not_found'],
  }),
  update: route({
    method: 'PUT',
    path: '/api/cases/:id',
    summary: 'Change what a case is called, or close it and open it again; what is left out stays as it is',
    access: 'runs:create',
    plan: 'free',
    params,
    body: Type.Object({ ...fields, title: Type.Optional(fields.title), state: Type.Optional(CaseState) }, closed),
    replies: { 200: CaseDetail },
    errors: ['case_not_found', 'invalid_request'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/cases/:id',
    summary: 'Delete a case with its notes and reports; the runs and photos stay',
    access: 'runs:create',
    plan: 'free',
    params,
    replies: { 204: NoContent },
    errors: ['case_not_found'],
  }),
  addExhibits: route({
    method: 'POST',
    path: '/api/cases/:id/exhibits',
    summary: 'Add runs as exhibits, numbered in the order given; those that are in it already keep their number',
    access: 'runs:create',
    plan: 'free',
    params,
    body: Type.Object({ runIds }, closed),
    replies: { 200: CaseDetail },
    errors: ['case_not_found', 'case_closed', 'case_full', 'run_not_found', 'run_in_case', 'invalid_request'],
  }),
  updateExhibit: route({
    method: 'PUT',
    path: '/api/cases/:id/exhibits/:number',
    summary: 'Write the caption of an exhibit',
    access: 'runs:create',
    plan: 'free',
    params: exhibitParams,
    body: Type.Object({ caption: Type.String({ maxLength: 500 }) }, closed),
    replies: { 200: CaseDetail },
    errors: ['case_not_found', 'case_closed', 'exhibit_not_found', 'invalid_request'],
  }),
  removeExhibit: route({
    method: 'DELETE',
    path: '/api/cases/:id/exhibits/:number',
    summary: 'Take an exhibit out of a case; its number is not given again, the run stays',
    access: 'runs:create',
    plan: 'free',
    params: exhibitParams,
    replies: { 204: NoContent },
    errors: ['case_not_found', 'case_closed', 'exhibit_not_found'],
  }),
  notes: route({
    method: 'GET',
    path: '/api/cases/:id/notes',
    summary: 'List the notes of a case, oldest first',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: Type.Object({ items: Type.Array(Note) }) },
    errors: ['case_not_found'],
  }),
  addNote: route({
    method: 'POST',
    path: '/api/cases/:id/notes',
    summary: 'Write a note beside a case',
    access: 'runs:create',
    plan: 'free',
    params,
    body: NoteBody,
    replies: { 201: Note },
    errors: ['case_not_found', 'too_many_notes', 'invalid_request'],
  }),
  export: route({
    method: 'POST',
    path: '/api/cases/:id/export',
    summary: 'Write one report of all exhibits: runs export:generate once',
    access: 'runs:create',
    plan: 'free',
    params,
    body: Type.Object(
      {
        format: Type.String({ minLength: 1, maxLength: 50 }),
        plugins: Type.Optional(Type.Array(PluginId)),
        options: Type.Optional(JsonObject),
      },
      closed,
    ),
    replies: { 201: CaseExportReply },
    errors: ['case_not_found', 'case_empty', 'run_not_finished', 'export_failed', 'case_too_large', 'storage_full'],
  }),
  exports: route({
    method: 'GET',
    path: '/api/cases/:id/exports',
    summary: 'List the newest reports of a case, newest first',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: {
      200: Type.Object({
        items: Type.Array(
          Type.Object({ ...CaseExportReply.properties, createdAt: Type.String({ format: 'date-time' }) }),
        ),
      }),
    },
    errors: ['case_not_found'],
  }),
  file: route({
    method: 'GET',
    path: '/api/cases/:id/files/:name',
    summary: 'Download a file of a report',
    access: 'runs:read',
    plan: 'free',
    params: Type.Object({ id: Id, name: Type.String({ maxLength: 200 }) }),
    query: Type.Object({ plugin: PluginId, exportId: Id }),
    replies: { 200: Binary, 206: Binary },
    errors: ['case_not_found', 'file_not_found', 'range_not_satisfiable'],
  }),
  bundle: route({
    method: 'GET',
    path: '/api/cases/:id/bundle',
    summary: 'Download the evidence bundle: photos, reports, custody records and the attestation, checkable offline',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: Binary },
    errors: ['case_not_found', 'case_empty', 'run_not_finished'],
  }),
};

/** Notes are listed and written at what they belong to; here they are changed. */
export const noteRoutes = {
  update: route({
    method: 'PUT',
    path: '/api/notes/:id',
    summary: 'Change a note of your own',
    access: 'runs:create',
    plan: 'free',
    params,
    body: NoteBody,
    replies: { 200: Note },
    errors: ['note_not_found', 'invalid_request'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/notes/:id',
    summary: 'Delete a note of your own',
    access: 'runs:create',
    plan: 'free',
    params,
    replies: { 204: NoContent },
    errors: ['note_not_found'],
  }),
};
