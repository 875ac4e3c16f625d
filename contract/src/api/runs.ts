import { Type } from 'typebox';
import { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { Binary, Cursor, EventStream, NoContent, page, route } from '../route.ts';
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
    },
    replies: { 202: Type.Object({ batchId: Id, runs: Type.Array(RunSummary) }) },
    errors: [
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
      found: Type.Optional(Type.Enum(['findings', 'nothing'])),
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
    errors: ['run_not_found', 'range_not_satisfiable'],
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
    summary: 'Follow all runs and plugins of the organisation over WebSocket (a RunEvent or PluginNotice a message)',
    access: 'runs:read',
    plan: 'free',
    replies: { 101: EventStream },
    errors: [],
  }),
};
