import { CommandFailure } from '../failure.ts';
import { askSecret, canAsk } from './ask.ts';

/** The token that was given, or is typed now. @throws CommandFailure */
export async function tokenOf(given: string | undefined): Promise<string> {
  if (given) return given;
  const typed = canAsk() ? await askSecret('Token of the server (it is not shown): ') : null;
  if (!typed)
    throw new CommandFailure('There is no token.', {
      hints: ['Make one in the web app, and set PROOFPIX_TOKEN: an option would be visible to others on this machine.'],
    });
  return typed;
}
