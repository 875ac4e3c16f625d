import { Type, type Static } from 'typebox';
import { plans } from '../access.ts';
import { rateLimitNames } from '../rate-limits.ts';
import { route } from '../route.ts';

const Time = Type.String({ format: 'date-time' });

export const Usage = Type.Object(
  {
    plan: Type.Enum([...plans]),
    requests: Type.Object({
      used: Type.Integer({ description: 'Of this month (UTC), with API tokens and access tokens' }),
      limit: Type.Union([Type.Integer(), Type.Null()], { description: 'null: as many as you like' }),
      resetsAt: Time,
    }),
    months: Type.Array(Type.Object({ month: Type.String({ description: 'YYYY-MM' }), requests: Type.Integer() }), {
      description: 'This month and those before it, newest first',
    }),
    rateLimits: Type.Array(
      Type.Object({
        name: Type.Enum(rateLimitNames),
        per: Type.Enum(['organisation', 'caller']),
        requests: Type.Union([Type.Integer(), Type.Null()], { description: 'null: the operator set none' }),
        seconds: Type.Integer(),
      }),
      { description: 'How often a caller may do something on this server' },
    ),
  },
  { title: 'RequestUsage' },
);
export type Usage = Static<typeof Usage>;

export const usageRoutes = {
  read: route({
    method: 'GET',
    path: '/api/usage',
    summary: 'Get how many of the requests of this month are used, and which rate limits hold',
    access: 'signed-in',
    plan: 'free',
    uncounted: true,
    replies: { 200: Usage },
    errors: [],
  }),
};
