import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';
import { Cursor, page, route } from '../route.ts';

const Time = Type.String({ format: 'date-time' });

export const takedownActs = ['yank', 'kill', 'reject-rating', 'remove-reply'] as const;

/** What was taken down, told to an organisation that it concerns. */
export const TakedownNotice = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    act: Type.Enum([...takedownActs], {
      description: 'yank: offered no longer; kill: ended everywhere; the others are about what people wrote',
    }),
    side: Type.Enum(['user', 'publisher'], {
      description: 'Your organisation uses it or wrote it, or your organisation publishes it',
    }),
    publisher: Type.String(),
    plugin: Type.Union([Type.String(), Type.Null()], { description: 'Null for everything of the publisher' }),
    version: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String(),
    at: Time,
  },
  { title: 'TakedownNotice' },
);
export type TakedownNotice = Static<typeof TakedownNotice>;

export const takedownRoutes = {
  list: route({
    method: 'GET',
    path: '/api/takedown-notices',
    summary:
      'List what was taken down that your organisation uses, wrote or publishes, with the reason, the newest first',
    access: 'plugins:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
    }),
    replies: { 200: page(TakedownNotice) },
    errors: ['invalid_request'],
  }),
};
