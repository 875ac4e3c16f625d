import { Type } from 'typebox';
import { JsonObject } from '../json.ts';
import { route } from '../route.ts';
import { LayerState } from '../sandbox-layers.ts';

export const serverRoutes = {
  healthz: route({
    method: 'GET',
    path: '/healthz',
    summary: 'The process is alive',
    access: 'public',
    plan: 'free',
    limit: 'none',
    replies: { 200: Type.Object({ ok: Type.Boolean() }) },
    errors: [],
  }),
  readyz: route({
    method: 'GET',
    path: '/readyz',
    summary: 'The server can work: database, objects and sandbox, each on its own; and what the sandbox is made of',
    access: 'public',
    plan: 'free',
    limit: 'none',
    replies: {
      200: Type.Object({
        ready: Type.Boolean(),
        version: Type.String(),
        checks: Type.Record(Type.String(), Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) })),
        sandbox: Type.Array(LayerState, { description: 'The layers around plugins on this machine' }),
        limits: Type.Enum(['own', 'shared', 'not-shared'], {
          description:
            'Where requests are counted: own, in this server; shared, in Redis; not-shared: Redis does not answer, each server counts for itself',
        }),
      }),
    },
    errors: ['not_ready'],
  }),
  openapi: route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This interface as OpenAPI 3.1',
    access: 'public',
    plan: 'free',
    replies: { 200: JsonObject },
    errors: [],
  }),
  manifestSchema: route({
    method: 'GET',
    path: '/api/manifest.schema.json',
    summary: 'The JSON Schema of manifest.json, for editors',
    access: 'public',
    plan: 'free',
    replies: { 200: JsonObject },
    errors: [],
  }),
};
