import { Type, type Static } from 'typebox';
import { route } from '../route.ts';
import { PublisherName } from '../trust.ts';

/** Of one member. */
export const mostFollows = 500;

const closed = { additionalProperties: false } as const;

export const Follow = Type.Object(
  {
    publisher: PublisherName,
    displayName: Type.String(),
    choice: Type.Enum(['follows', 'muted'], {
      description: 'follows: its releases and announcements; muted: none of its news, whatever is installed',
    }),
    since: Type.String({ format: 'date-time' }),
  },
  { title: 'Follow' },
);
export type Follow = Static<typeof Follow>;

const mine = { access: 'signed-in', plan: 'free' } as const;

export const followRoutes = {
  list: route({
    method: 'GET',
    path: '/api/follows',
    summary: 'List the publishers that you follow or have muted',
    ...mine,
    replies: { 200: Type.Object({ items: Type.Array(Follow) }) },
    errors: [],
  }),
  choose: route({
    method: 'PUT',
    path: '/api/follows/:publisher',
    summary:
      'Follow a publisher, mute its news, or neither (`none`). What it says about security comes through all the same',
    ...mine,
    params: Type.Object({ publisher: PublisherName }),
    body: Type.Object({ choice: Type.Enum(['follows', 'muted', 'none']) }, closed),
    replies: { 200: Type.Object({ items: Type.Array(Follow) }) },
    errors: ['publisher_not_found', 'too_many_follows', 'invalid_request'],
  }),
};
