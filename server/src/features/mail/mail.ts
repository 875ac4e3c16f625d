import type { Role } from '@proofpix/contract/access';
import type { takedownActs } from '@proofpix/contract/api/takedowns';
import type { MailLanguage } from '@proofpix/contract/mail-languages';

/** What a mail says, for each of `mailKinds`. Names come from people: whoever writes one out escapes it. */
export type MailMessage =
  | { kind: 'invitation'; organisation: string; inviter: string; role: Role; token: string }
  | { kind: 'confirm-email'; token: string }
  | { kind: 'email-change-asked' }
  | { kind: 'password-reset'; token: string }
  | { kind: 'password-changed' }
  | { kind: 'session-reused' }
  | {
      kind: 'takedown';
      side: 'user' | 'publisher';
      /** The reason is in the words of whoever took it down: a moderator, the operator, or the publisher. */
      items: readonly { act: (typeof takedownActs)[number]; what: string; reason: string }[];
      /** Not in this mail. */
      more: number;
    };

/** As it lies in the database, sealed. */
export type Mail = { to: string; language: MailLanguage; message: MailMessage };

export type MailTexts = {
  [Kind in MailMessage['kind']]: (message: Extract<MailMessage, { kind: Kind }>) => {
    subject: string;
    lines: readonly string[];
    /** What the link does, where there is one. */
    action?: string;
    /** Below the link. */
    end?: readonly string[];
  };
};
