import { TrustFault } from '@proofpix/signatures/trust/fault';
import { CommandFailure } from '../failure.ts';

/** What metadata says, or a failure that names what is wrong with it. @throws CommandFailure */
export function trusted<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw asFailure(error);
  }
}

export function asFailure(error: unknown): unknown {
  return error instanceof TrustFault ? new CommandFailure(error.message, { exit: 'found' }) : error;
}
