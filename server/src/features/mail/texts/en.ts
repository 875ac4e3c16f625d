import type { MailTexts } from '../mail.ts';

const once = 'The link works once.';
const takedowns = {
  yank: 'this version is offered no longer. Where it is installed it goes on.',
  kill: 'it was ended everywhere, and cannot be loaded any more.',
  'reject-rating': 'the rating of your organisation was rejected. You can object once.',
  'remove-reply': 'your reply to a rating was removed.',
} as const;

export const english: MailTexts = {
  invitation: ({ organisation, inviter, role }) => ({
    subject: `Invitation to ${organisation} on ProofPix`,
    lines: [`${inviter} invites you to join the organisation ${organisation} on ProofPix as ${role}.`],
    action: 'See the invitation',
    end: [
      `${once} It is good for seven days.`,
      'If you do not know who invites you, delete this mail: nothing happens.',
    ],
  }),
  'confirm-email': () => ({
    subject: 'Confirm your e-mail address for ProofPix',
    lines: ['Somebody who is signed in to ProofPix gave this e-mail address as theirs. If that was you, confirm it.'],
    action: 'Confirm the address',
    end: [`${once} It is good for a day.`, 'If it was not you, delete this mail: nothing happens.'],
  }),
  'email-change-asked': () => ({
    subject: 'Your e-mail address at ProofPix is about to change',
    lines: [
      'Somebody who is signed in with your account and knows your password gave another e-mail address for it. The change happens when that address is confirmed.',
      'If it was not you, set a new password at once with "Forgot your password?" on the sign-in page: it signs everybody out and stops the change.',
    ],
  }),
  'password-reset': () => ({
    subject: 'Set a new password for ProofPix',
    lines: ['Somebody asked for a new password for your account. If that was you, set it here.'],
    action: 'Set a new password',
    end: [`${once} It is good for an hour.`, 'If it was not you, delete this mail: your password stays.'],
  }),
  'password-changed': () => ({
    subject: 'Your password at ProofPix was changed',
    lines: [
      'Your password was set anew by a link that was mailed to you. Everybody who was signed in with your account was signed out.',
      'If it was not you, somebody else reads your mail: secure your mailbox first, then set a new password.',
    ],
  }),
  'session-reused': () => ({
    subject: 'A session of yours at ProofPix was ended',
    lines: [
      'All devices of one of your sessions were signed out because an old token was used: somebody may have copied it. Your other sessions go on.',
      'See Account in ProofPix for which session it was and from where the old token came. If that was a program of yours that asked twice, sign in again.',
      'If it was not you, set a new password: it signs everybody out.',
    ],
  }),
  takedown: ({ side, items, more }) => ({
    subject: 'Something was taken down in the marketplace of ProofPix',
    lines: [
      side === 'user'
        ? 'Your organisation uses or wrote something that was taken down:'
        : 'Something was taken down that your organisation publishes:',
      ...items.map(({ act, what, reason }) => `${what}: ${takedowns[act]} Reason given: ${reason}`),
      ...(more === 0 ? [] : [`There are ${more} more.`]),
      'The page Plugins in ProofPix has the list. The reasons are in the words of those who took it down.',
    ],
  }),
};
