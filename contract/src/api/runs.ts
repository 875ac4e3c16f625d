import { Type } from 'typebox';
import { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { Binary, Cursor, EventStream, NoContent, page, route } from '../route.ts';
import { Note } from '../cases.ts';
import { DerivedFile, Run, RunState, RunSummary } from '../runs.ts';

const Id = Type.String({ format: 'uuid' });
const params = Type.Object({ id: Id });

/** A stored result of `export:generate`. */
export const ExportReply = Type.Object(
  {
    id: Id,
    runId: Id,
    format: Type.String(),
    files: Type.Array(Type.Object({ ...DerivedFile.properties, plugin: Type.String(), url: Type.String() })),
  },
  { title: 'Export' },
);

export const runRoutes = {
  create: route({
    method: 'POST',
    path: '/api/runs',
    summary: 'Start a batch: one run for each photo',
    access: 'runs:create',
    plan: 'free',
    multipart: {
      file: `One or many photos: at most ${limits.photosPerRequest}, each at most 200 MB`,
      plugins: 'Ids of the plugins to run, separated by commas; all loaded ones when left out',
      options: 'JSON object that is handed to the hooks',
      caseId: 'The case that the photos are to be exhibits of',
      deletePhoto:
        '"true": photo and derived files are deleted when the run is over; digests and results stay. As the organisation says, when left out',
    },
    replies: { 202: Type.Object({ batchId: Id, runs: Type.Array(RunSummary) }) },
    errors: [
      'case_not_found',
      'case_closed',
      'case_full',
      'not_multipart',
      'file_missing',
      'file_too_large',
      'too_many_files',
      'photo_type_unknown',
      'storage_full',
      'plugin_not_found',
      'invalid_request',
    ],
  }),
  sample: route({
    method: 'POST',
    path: '/api/runs/sample',
    summary: 'Start a run of a sample photo that ProofPix makes itself',
    access: 'runs:create',
    plan: 'free',
    replies: { 202: Type.Object({ batchId: Id, runs: Type.Array(RunSummary) }) },
    errors: ['storage_full'],
  }),
  list: route({
    method: 'GET',
    path: '/api/runs',
    summary: 'List runs, newest first',
    access: 'runs:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
      state: Type.Optional(RunState),
      batchId: Type.Optional(Id),
      search: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the file name' })),
      found: Type.Optional(
        Type.Enum(['findings', 'nothing', 'strong', 'possible'], {
          description: 'Any finding, none, at least one strong one, or possible ones and no strong one',
        }),
      ),
      caseId: Type.Optional(Id),
      plugin: Type.Optional({ ...PluginId, description: 'Runs in which this plugin took part' }),
      from: Type.Optional(Type.String({ format: 'date', description: 'Received on this day (UTC) or later' })),
      to: Type.Optional(Type.String({ format: 'date', description: 'Received on this day (UTC) or earlier' })),
    }),
    replies: { 200: page(RunSummary) },
    errors: ['invalid_request'],
  }),
  get: route({
    method: 'GET',
    path: '/api/runs/:id',
    summary: 'Get a run with everything that was found',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: Run },
    errors: ['run_not_found'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/runs/:id',
    summary: 'Delete a run, its photo and its derived files',
    access: 'runs:create',
    plan: 'free',
    params,
    replies: { 204: NoContent },
    errors: ['run_not_found'],
  }),
  photo: route({
    method: 'GET',
    path: '/api/runs/:id/photo',
    summary: 'Download the original photo, byte for byte',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: Binary, 206: Binary },
    errors: ['photo_deleted', 'run_not_found', 'range_not_satisfiable'],
  }),
  file: route({
    method: 'GET',
    path: '/api/runs/:id/files/:name',
    summary: 'Download a derived file or a file of an export',
    access: 'runs:read',
    plan: 'free',
    params: Type.Object({ id: Id, name: Type.String({ maxLength: 200 }) }),
    query: Type.Object({ plugin: Type.Optional(PluginId), exportId: Type.Optional(Id) }),
    replies: { 200: Binary, 206: Binary },
    errors: ['run_not_found', 'file_not_found', 'range_not_satisfiable'],
  }),
  export: route({
    method: 'POST',
    path: '/api/runs/:id/export',
    summary: 'Write a report: runs export:generate',
    access: 'runs:create',
    plan: 'free',
    params,
    body: Type.Object(
      {
        format: Type.String({ minLength: 1, maxLength: 50 }),
        plugins: Type.Optional(Type.Array(PluginId)),
        options: Type.Optional(JsonObject),
      },
      { additionalProperties: false },
    ),
    replies: { 201: ExportReply },
    errors: ['run_not_found', 'run_not_finished', 'export_failed'],
  }),
  exports: route({
    method: 'GET',
    path: '/api/runs/:id/exports',
    summary: 'List the newest reports of a run, newest first',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: {
      200: Type.Object({
        items: Type.Array(Type.Object({ ...ExportReply.properties, createdAt: Type.String({ format: 'date-time' }) })),
      }),
    },
    errors: ['run_not_found'],
  }),
  notes: route({
    method: 'GET',
    path: '/api/runs/:id/notes',
    summary: 'List the notes of a run, oldest first',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: Type.Object({ items: Type.Array(Note) }) },
    errors: ['run_not_found'],
  }),
  addNote: route({
    method: 'POST',
    path: '/api/runs/:id/notes',
    summary: 'Write a note beside a run',
    access: 'runs:create',
    plan: 'free',
    params,
    body: Type.Object(
      { text: Type.String({ minLength: 1, maxLength: limits.noteChars }) },
      { additionalProperties: false },
    ),
    replies: { 201: Note },
    errors: ['run_not_found', 'too_many_notes', 'invalid_request'],
  }),
  bundle: route({
    method: 'GET',
    path: '/api/runs/:id/bundle',
    summary: 'Download the evidence bundle: photo, reports, custody record and the attestation, checkable offline',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: Binary },
    errors: ['run_not_found', 'run_not_finished'],
  }),
  events: route({
    method: 'GET',
    path: '/api/runs/:id/events',
    summary: 'Follow a run as server-sent events: first its state, then each step',
    access: 'runs:read',
    plan: 'free',
    params,
    replies: { 200: EventStream },
    errors: ['run_not_found'],
  }),
};

export const eventRoutes = {
  follow: route({
    method: 'GET',
    path: '/api/events',
    summary:
      'Follow all runs and plugins of the organisation over WebSocket (a RunEvent, PluginNotice or AuditNotice a message)',
    access: 'runs:read',
    plan: 'free',
    replies: { 101: EventStream },
    errors: [],
  }),
};
