import { routes } from '@proofpix/contract/routes';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import type { Queue } from '../../queue.ts';
import type { Mailer } from '../mail/open-mail.ts';
import type { Attempts } from './attempts.ts';
import { askForEmail, confirmEmail } from './email-changes/change-email.ts';
import { acceptInvitation, joinByInvitation, openInvitation } from './invitations/accept-invitation.ts';
import { invite, inviteAgain, readInvitations, revokeInvitation } from './invitations/invite.ts';
import { askForReset, resetPassword } from './password-resets/reset-password.ts';
import { account, cookieHeader } from './routes.ts';
import { sessionCookie, signInFrom } from './sign-in.ts';

export type LinkParts = {
  db: Database;
  attempts: Attempts;
  queue: Queue;
  mail: Mailer;
  secureCookies: boolean;
};

/** Binds the tables `invitations`, `emailChanges` and `passwordResets`: whatever goes by a link in a mail. */
export function bindLinkRoutes(app: App, parts: LinkParts): void {
  const { db } = parts;
  const { invitations, emailChanges, passwordResets } = routes;

  bind(app, invitations.list, async ({ caller }) => ({
    status: 200,
    body: { items: await readInvitations(db, caller.organisationId) },
  }));
  bind(app, invitations.create, async ({ caller, body }) => ({
    status: 201,
    body: await invite(parts, caller, { ...body, language: body.language ?? 'en' }),
  }));
  bind(app, invitations.resend, async ({ caller, params, body }) => ({
    status: 200,
    body: await inviteAgain(parts, caller, { id: params.id, language: body.language ?? 'en' }),
  }));
  bind(app, invitations.revoke, async ({ caller, params }) => {
    await revokeInvitation(db, caller, params.id);
    return { status: 204 };
  });
  bind(app, invitations.open, async ({ body, request }) => ({
    status: 200,
    body: await openInvitation(parts, { token: body.token, address: request.ip }),
  }));
  bind(app, invitations.accept, async ({ body, request }) => {
    const from = { from: signInFrom(request), replaces: request.cookies[sessionCookie] };
    const signedIn = await acceptInvitation(parts, { ...body, ...from });
    const headers = cookieHeader(app, parts.secureCookies, signedIn);
    return { status: 200, body: account(signedIn.membership), headers };
  });
  bind(app, invitations.join, async ({ caller, body }) => ({
    status: 200,
    body: { organisation: await joinByInvitation(parts, caller, body) },
  }));

  bind(app, emailChanges.create, async ({ caller, body }) => {
    await askForEmail(parts, caller, { ...body, language: body.language ?? 'en' });
    return { status: 204 };
  });
  bind(app, emailChanges.confirm, async ({ body, request }) => ({
    status: 200,
    body: await confirmEmail(parts, { token: body.token, address: request.ip, requestId: request.id }),
  }));

  bind(app, passwordResets.create, async ({ body, request }) => {
    await askForReset(parts, { email: body.email, language: body.language ?? 'en', address: request.ip });
    return { status: 204 };
  });
  bind(app, passwordResets.confirm, async ({ body, request }) => {
    await resetPassword(parts, { ...body, address: request.ip, requestId: request.id });
    return { status: 204 };
  });
}
