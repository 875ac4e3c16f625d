import type { Mail, MailMessage, MailTexts } from './mail.ts';
import { german } from './texts/de.ts';
import { english } from './texts/en.ts';

const texts = { en: english, de: german };

/** Pages of the web app. The token stands in the fragment, which browsers never send and no proxy logs. */
const pages = {
  invitation: '/invitation',
  'confirm-email': '/confirm-email',
  'password-reset': '/reset-password',
} as const satisfies Partial<Record<MailMessage['kind'], string>>;

export type Composed = { to: string; subject: string; text: string; html: string };

/**
 * @param baseUrl where people reach this server, from the configuration
 * @throws Error when the address could begin a header of its own (test: mail.test.ts)
 */
export function composeMail({ to, language, message }: Mail, baseUrl: string): Composed {
  if (!/^[^\s\p{Cc},;:<>"()[\]\\@]+@[^\s\p{Cc},;:<>"()[\]\\@]+$/u.test(to))
    throw new Error('The address of a mail is not one address.');
  const { subject, lines, action, end = [] } = write(texts[language], plainNames(message));
  const link = 'token' in message ? `${baseUrl}${pages[message.kind]}#token=${message.token}` : undefined;
  return {
    to,
    subject,
    text: [...lines, ...(link === undefined ? [] : [`${action}:\n${link}`]), ...end].join('\n\n') + '\n',
    html: page(language, [
      ...lines.map(paragraph),
      ...(link === undefined ? [] : [`<p><a href="${escape(link)}">${escape(action ?? link)}</a></p>`]),
      ...end.map(paragraph),
    ]),
  };
}

function write(language: MailTexts, message: MailMessage): ReturnType<MailTexts[MailMessage['kind']]> {
  // TypeScript does not see that the entry of a kind takes the message of that kind.
  return (language[message.kind] as (given: MailMessage) => ReturnType<MailTexts[MailMessage['kind']]>)(message);
}

/**
 * Organisations and people choose their names, and publishers the reason of what they take down: one with a line break would write lines of its own under our name, one
 * with an address would be a link to it in most readers.
 */
function plainNames(message: MailMessage): MailMessage {
  if (message.kind === 'takedown') {
    const items = message.items.map((item) => ({
      ...item,
      what: plainName(item.what),
      reason: plainName(item.reason),
    }));
    return { ...message, items };
  }
  if (message.kind !== 'invitation') return message;
  return { ...message, organisation: plainName(message.organisation), inviter: plainName(message.inviter) };
}

function plainName(name: string): string {
  return name
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replace(/[/:@<>]+/g, ' ')
    .replace(/(?<=\S)\.(?=\S)/g, '. ')
    .trim();
}

function paragraph(text: string): string {
  return `<p>${escape(text)}</p>`;
}

function page(language: string, parts: readonly string[]): string {
  return `<!doctype html>\n<html lang="${language}"><body style="font-family: sans-serif; line-height: 1.5">\n${parts.join('\n')}\n</body></html>\n`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
