import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';

/** The one way to the server: same origin, signed in by the cookie. */
export const call = createClient({ baseUrl: '' });

export function problemCode(error: unknown): string | undefined {
  return error instanceof Problem ? error.code : undefined;
}

/** A sentence for people, whatever was thrown. */
export function problemText(error: unknown): string {
  if (error instanceof Problem) {
    const fields = error.fields.map(({ field, message }) => `${field} ${message}`).join('; ');
    return fields === '' ? error.message : `${error.message} ${fields}`;
  }
  // fetch throws a TypeError when no answer came at all.
  if (error instanceof TypeError) return 'The server did not answer. Check that it is running and try again.';
  return error instanceof Error ? error.message : 'Something failed in this page.';
}

export function isSignedOut(error: unknown): boolean {
  return problemCode(error) === 'sign_in_required';
}
