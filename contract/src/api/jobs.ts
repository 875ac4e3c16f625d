import { Type, type Static } from 'typebox';
import { FieldError } from '../errors.ts';
import { JsonValue } from '../json.ts';
import { route } from '../route.ts';

const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);

export const ScanProgress = Type.Object(
  {
    phase: Type.Enum(['read', 'analyse', 'write'], {
      description: 'Of a package that is scanned: unpacking, looking at its code, packing it anew',
    }),
    done: Type.Integer({ description: 'Files' }),
    of: Type.Integer({ description: '0 while it is not known' }),
  },
  { title: 'ScanProgress' },
);
export type ScanProgress = Static<typeof ScanProgress>;

export const Job = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    state: Type.Enum(['waiting', 'running', 'done', 'failed']),
    result: Type.Union([JsonValue, Type.Null()]),
    error: Type.Union([
      Type.Object({ code: Type.String(), message: Type.String(), errors: Type.Optional(Type.Array(FieldError)) }),
      Type.Null(),
    ]),
    progress: Type.Union([ScanProgress, Type.Null()], { description: 'Null where nothing is known of it' }),
    createdAt: Time,
    finishedAt: NullableTime,
  },
  { title: 'Job' },
);
export type Job = Static<typeof Job>;

export const jobRoutes = {
  get: route({
    method: 'GET',
    path: '/api/jobs/:id',
    summary: 'Get the state of long work',
    access: 'signed-in',
    plan: 'free',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    replies: { 200: Job },
    errors: ['job_not_found'],
  }),
};
