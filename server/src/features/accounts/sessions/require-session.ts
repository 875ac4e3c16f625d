import { Problem } from '@proofpix/contract/errors';
import type { Caller } from '../../../http/bind.ts';

/**
 * A leaked API token must not become the whole account: a new password, another second factor, the owner's own sessions
 * ended. Nor a provider of one organisation, which could say that anybody had signed in there: an account belongs to its
 * person, in all their organisations. @throws Problem session_required, single_sign_on_session
 */
export function requireSession(caller: Caller): void {
  if (caller.credential === 'api_token') throw new Problem('session_required');
  if (caller.byProvider) throw new Problem('single_sign_on_session');
}
