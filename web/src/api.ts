import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { problemSentence, texts } from './i18n.ts';

/** The one way to the server: same origin, signed in by the cookie. */
export const call = createClient({ baseUrl: '' });

export function problemCode(error: unknown): string | undefined {
  return error instanceof Problem ? error.code : undefined;
}

/** A sentence for people, whatever was thrown. */
export function problemText(error: unknown): string {
  if (error instanceof Problem) {
    const fields = error.fields.map(({ field, message }) => `${field} ${message}`).join('; ');
    return [sentenceOf(error), ...(fields === '' ? [] : [fields])].join(' ');
  }
  // fetch throws a TypeError when no answer came at all.
  if (error instanceof TypeError) return texts.t('ui:noAnswer');
  return error instanceof Error ? error.message : texts.t('ui:failedHere');
}

/** What happened this time is the server's own text in any language. */
function sentenceOf({ code, message, detail }: Problem): string {
  const sentence = problemSentence(code);
  if (sentence === undefined) return message;
  return detail === undefined ? sentence : `${sentence} ${detail}`;
}

export function isSignedOut(error: unknown): boolean {
  return problemCode(error) === 'sign_in_required';
}
