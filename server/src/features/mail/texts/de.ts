import type { Role } from '@proofpix/contract/access';
import type { MailTexts } from '../mail.ts';

const once = 'Der Link gilt einmal';
const roles: Record<Role, string> = {
  owner: 'Inhaber',
  admin: 'Administrator',
  developer: 'Entwickler',
  analyst: 'Analyst',
  auditor: 'Prüfer',
  viewer: 'Betrachter',
};
const takedowns = {
  yank: 'Diese Version wird nicht mehr angeboten. Wo sie installiert ist, läuft sie weiter.',
  kill: 'Es wurde überall beendet und kann nicht mehr geladen werden.',
  'reject-rating': 'Die Bewertung Ihrer Organisation wurde abgelehnt. Sie können einmal widersprechen.',
  'remove-reply': 'Ihre Antwort auf eine Bewertung wurde entfernt.',
} as const;

export const german: MailTexts = {
  invitation: ({ organisation, inviter, role }) => ({
    subject: `Einladung zu ${organisation} auf ProofPix`,
    lines: [`${inviter} lädt Sie in die Organisation ${organisation} auf ProofPix ein, als ${roles[role]}.`],
    action: 'Einladung ansehen',
    end: [
      `${once}, sieben Tage lang.`,
      'Wenn Sie nicht wissen, wer Sie einlädt, löschen Sie diese Mail: Es geschieht nichts.',
    ],
  }),
  'confirm-email': () => ({
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse für ProofPix',
    lines: [
      'Jemand, der bei ProofPix angemeldet ist, hat diese E-Mail-Adresse als seine angegeben. Wenn Sie das waren, bestätigen Sie sie.',
    ],
    action: 'Adresse bestätigen',
    end: [`${once}, einen Tag lang.`, 'Wenn Sie es nicht waren, löschen Sie diese Mail: Es geschieht nichts.'],
  }),
  'email-change-asked': () => ({
    subject: 'Ihre E-Mail-Adresse bei ProofPix soll geändert werden',
    lines: [
      'Jemand, der mit Ihrem Konto angemeldet ist und Ihr Passwort kennt, hat eine andere E-Mail-Adresse dafür angegeben. Geändert wird sie, wenn jene Adresse bestätigt ist.',
      'Wenn Sie es nicht waren, setzen Sie sofort ein neues Passwort, mit „Passwort vergessen?“ auf der Anmeldeseite: Das meldet alle ab und hält die Änderung auf.',
    ],
  }),
  'password-reset': () => ({
    subject: 'Neues Passwort für ProofPix setzen',
    lines: ['Jemand hat ein neues Passwort für Ihr Konto verlangt. Wenn Sie das waren, setzen Sie es hier.'],
    action: 'Neues Passwort setzen',
    end: [`${once}, eine Stunde lang.`, 'Wenn Sie es nicht waren, löschen Sie diese Mail: Ihr Passwort bleibt.'],
  }),
  'password-changed': () => ({
    subject: 'Ihr Passwort bei ProofPix wurde geändert',
    lines: [
      'Ihr Passwort wurde über einen Link neu gesetzt, der Ihnen gemailt wurde. Alle, die mit Ihrem Konto angemeldet waren, wurden abgemeldet.',
      'Wenn Sie es nicht waren, liest jemand anders Ihre Mail: Sichern Sie zuerst Ihr Postfach, dann setzen Sie ein neues Passwort.',
    ],
  }),
  'session-reused': () => ({
    subject: 'Eine Ihrer Anmeldungen bei ProofPix wurde beendet',
    lines: [
      'Alle Geräte einer Ihrer Anmeldungen wurden abgemeldet, weil ein altes Token benutzt wurde: Jemand hat es vielleicht kopiert. Ihre anderen Anmeldungen bestehen weiter.',
      'Welche Anmeldung es war und von wo das alte Token kam, steht in ProofPix unter Konto. Wenn es ein Programm von Ihnen war, das zweimal gefragt hat, melden Sie es neu an.',
      'Wenn Sie es nicht waren, setzen Sie ein neues Passwort: Das meldet alle ab.',
    ],
  }),
  takedown: ({ side, items, more }) => ({
    subject: 'Etwas wurde aus dem Marktplatz von ProofPix genommen',
    lines: [
      side === 'user'
        ? 'Etwas wurde herausgenommen, das Ihre Organisation benutzt oder geschrieben hat:'
        : 'Etwas wurde herausgenommen, das Ihre Organisation veröffentlicht:',
      ...items.map(({ act, what, reason }) => `${what}: ${takedowns[act]} Angegebener Grund: ${reason}`),
      ...(more === 0 ? [] : [`Es sind ${more} weitere.`]),
      'Die Liste steht in ProofPix auf der Seite Plugins. Die Gründe sind in den Worten derer, die es herausnahmen.',
    ],
  }),
};
