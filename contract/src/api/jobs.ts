import { Type } from 'typebox';
import { FieldError } from '../errors.ts';
import { JsonValue } from '../json.ts';
import { route } from '../route.ts';

const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);

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
    createdAt: Time,
    finishedAt: NullableTime,
  },
  { title: 'Job' },
);

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
