import { Type, type Static } from 'typebox';
import { NoContent, route } from '../route.ts';

const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });

/** What a mail of ours says. */
export const mailKinds = [
  'invitation',
  'confirm-email',
  'email-change-asked',
  'password-reset',
  'password-changed',
  'session-reused',
  'takedown',
] as const;

/** Never its text, nor its link: whoever runs the server needs not be able to use that. */
export const FailedMail = Type.Object(
  {
    id: Id,
    kind: Type.Union([Type.Enum(mailKinds), Type.Null()], { description: 'Null when it cannot be read any more' }),
    to: Type.Union([Type.String(), Type.Null()]),
    failure: Type.String({ description: 'Why it was given up: a code such as ECONNREFUSED or EENVELOPE' }),
    response: Type.Union([Type.Integer(), Type.Null()], { description: 'The number that the mail server answered' }),
    attempts: Type.Integer(),
    createdAt: Time,
    givenUpAt: Time,
    expired: Type.Boolean({ description: 'What it says is over: it cannot be sent again' }),
  },
  { title: 'FailedMail' },
);
export type FailedMail = Static<typeof FailedMail>;

export const mailRoutes = {
  failed: route({
    method: 'GET',
    path: '/api/mails/failed',
    summary: 'List the mails that were given up in the last 30 days, the newest first: at most 200',
    access: 'server:operate',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(FailedMail) }) },
    errors: [],
  }),
  retry: route({
    method: 'POST',
    path: '/api/mails/:id/retry',
    summary: 'Send a mail again that was given up',
    access: 'server:operate',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['mail_not_found', 'mail_expired'],
  }),
};
