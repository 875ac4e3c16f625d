import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Period } from './collect-evidence.ts';

const dayMilliseconds = 24 * 3_600_000;

/** The form was checked by the row; whether there is such a day, and such a period, is here. @throws Problem invalid_request */
export function readPeriod(given: { from: string; to: string }): Period {
  const [from, to] = [timeOf('from', given.from), timeOf('to', given.to)];
  if (from >= to) throw fault('to', 'is not after "from"');
  if (from.getTime() > Date.now()) throw fault('from', 'lies in the future');
  if (to.getTime() - from.getTime() > limits.evidenceDays * dayMilliseconds) {
    throw fault('to', `is more than ${limits.evidenceDays} days after "from"`);
  }
  return { from, to };
}

function timeOf(field: string, text: string): Date {
  const time = Date.parse(text);
  if (!Number.isFinite(time) || time < 0 || time > Date.UTC(9_999, 0)) throw fault(field, 'is not a time');
  return new Date(time);
}

function fault(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
