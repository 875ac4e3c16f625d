import { Type, type Static } from 'typebox';
import { roleNames } from '../access.ts';
import { mailLanguages } from '../mail-languages.ts';
import { NoContent, route } from '../route.ts';
import { Account } from './accounts.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Email = Type.String({ format: 'email', maxLength: 254 });
const params = Type.Object({ id: Id });
const Language = Type.Optional(Type.Enum([...mailLanguages], { description: 'Of the mail; English when left out' }));
/** Stands in the fragment of a link, which no browser sends; so it travels in a body, never in an address. */
const LinkToken = Type.String({ minLength: 1, maxLength: 100, description: 'What stands behind #token= in the link' });
const Name = Type.String({ minLength: 1, maxLength: 100 });
const NewPassword = Type.String({ minLength: 10, maxLength: 200 });

export const Invitation = Type.Object(
  {
    id: Id,
    email: Email,
    role: Type.Enum(roleNames),
    invitedBy: Type.Union([Type.String(), Type.Null()], { description: 'The name of the member, while there is one' }),
    createdAt: Time,
    expiresAt: Time,
  },
  { title: 'Invitation' },
);
export type Invitation = Static<typeof Invitation>;

/** What the mail's reader is shown before deciding. Whether there is an account is told to nobody else. */
export const OpenInvitation = Type.Object(
  {
    organisation: Type.String(),
    email: Email,
    role: Type.Enum(roleNames),
    hasAccount: Type.Boolean(),
    expiresAt: Time,
  },
  { title: 'OpenInvitation' },
);
export type OpenInvitation = Static<typeof OpenInvitation>;

export const invitationRoutes = {
  list: route({
    method: 'GET',
    path: '/api/invitations',
    summary: 'List the invitations that nobody has accepted yet',
    access: 'members:manage',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Invitation) }) },
    errors: [],
  }),
  create: route({
    method: 'POST',
    path: '/api/invitations',
    summary: 'Invite somebody by e-mail. The link in the mail works once, for seven days',
    access: 'members:manage',
    plan: 'free',
    body: Type.Object({ email: Email, role: Type.Enum(roleNames), language: Language }, closed),
    replies: { 201: Invitation },
    errors: ['invitation_exists', 'member_exists', 'single_sign_on_required', 'rate_limited'],
  }),
  resend: route({
    method: 'POST',
    path: '/api/invitations/:id/resend',
    summary: 'Send the mail again with a new link; the one before stops working',
    access: 'members:manage',
    plan: 'free',
    params,
    body: Type.Object({ language: Language }, closed),
    replies: { 200: Invitation },
    errors: ['invitation_not_found', 'single_sign_on_required', 'rate_limited'],
  }),
  revoke: route({
    method: 'DELETE',
    path: '/api/invitations/:id',
    summary: 'Revoke an invitation; its link stops at once',
    access: 'members:manage',
    plan: 'free',
    params,
    replies: { 204: NoContent },
    errors: ['invitation_not_found'],
  }),
  open: route({
    method: 'POST',
    path: '/api/invitations/open',
    summary: 'See what an invitation is for, by the token of its link',
    access: 'public',
    plan: 'free',
    body: Type.Object({ token: LinkToken }, closed),
    replies: { 200: OpenInvitation },
    errors: ['link_invalid', 'rate_limited'],
  }),
  accept: route({
    method: 'POST',
    path: '/api/invitations/accept',
    summary: 'Accept an invitation with a new account; sets the session cookie',
    access: 'public',
    plan: 'free',
    body: Type.Object({ token: LinkToken, name: Name, password: NewPassword }, closed),
    replies: { 200: Account },
    errors: ['link_invalid', 'account_exists', 'password_common', 'single_sign_on_required', 'rate_limited'],
  }),
  join: route({
    method: 'POST',
    path: '/api/invitations/join',
    summary: 'Accept an invitation as whoever is signed in. Then switch to the organisation',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ token: LinkToken }, closed),
    replies: { 200: Type.Object({ organisation: Type.Object({ id: Id, name: Type.String() }) }) },
    errors: [
      'link_invalid',
      'invitation_of_another',
      'member_exists',
      'single_sign_on_session',
      'session_required',
      'rate_limited',
    ],
  }),
};

export const emailChangeRoutes = {
  create: route({
    method: 'POST',
    path: '/api/email-changes',
    summary:
      'Ask for another e-mail address of your account, or confirm the one you have: the link in a mail to it does that. The old address is told',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ email: Email, password: Type.String({ maxLength: 200 }), language: Language }, closed),
    replies: { 204: NoContent },
    errors: ['password_wrong', 'single_sign_on_session', 'session_required', 'rate_limited'],
  }),
  confirm: route({
    method: 'POST',
    path: '/api/email-changes/confirm',
    summary: 'Confirm an e-mail address by the token of the link that was sent to it',
    access: 'public',
    plan: 'free',
    body: Type.Object({ token: LinkToken }, closed),
    replies: { 200: Type.Object({ email: Email }) },
    errors: ['link_invalid', 'email_taken', 'rate_limited'],
  }),
};

export const passwordResetRoutes = {
  create: route({
    method: 'POST',
    path: '/api/password-resets',
    summary: 'Ask for a mail with a link that sets a new password. Answers the same whether or not there is an account',
    access: 'public',
    plan: 'free',
    body: Type.Object({ email: Email, language: Language }, closed),
    replies: { 204: NoContent },
    errors: ['rate_limited'],
  }),
  confirm: route({
    method: 'POST',
    path: '/api/password-resets/confirm',
    summary: 'Set a new password by the token of the link. Everybody who is signed in with the account is signed out',
    access: 'public',
    plan: 'free',
    body: Type.Object({ token: LinkToken, password: NewPassword }, closed),
    replies: { 204: NoContent },
    errors: ['link_invalid', 'password_common', 'rate_limited'],
  }),
};
